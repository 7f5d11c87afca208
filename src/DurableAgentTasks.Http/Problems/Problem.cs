using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Problems;

/// <summary>Why a request was not carried out (RFC 9457), and what to do about it.</summary>
public sealed record Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>The kind of problem as a URI; it ends with <see cref="Code"/>.</summary>
    public string Type => $"urn:durable-agent-tasks:problem:{Code}";

    /// <summary>What to do, for people.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>More about this occurrence, for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Detail { get; init; }

    /// <summary>For programs, such as <c>id_taken</c>; one code has always the same status.</summary>
    public required string Code { get; init; }

    /// <summary>The task it is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskId? TaskId { get; init; }

    /// <summary>The state of that task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskState? State { get; init; }

    /// <summary>The request in the service's log.</summary>
    public string? TraceId { get; init; }

    /// <summary>Everything that is wrong with the request, if it is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RequestError>? Errors { get; init; }
}
