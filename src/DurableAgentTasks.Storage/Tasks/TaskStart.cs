using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>How a task was asked for: written once, before anything else happens, and never changed.</summary>
public sealed record TaskStart
{
    /// <summary>Not in the record itself: its name says it.</summary>
    [JsonIgnore]
    public TaskId Id { get; init; }

    /// <summary>The body of the request as it came.</summary>
    public required JsonElement Request { get; init; }

    /// <summary><see cref="CanonicalJson.Hash"/> of <see cref="Request"/>: whether two requests ask for the same.</summary>
    public required string RequestHash { get; init; }

    /// <summary>SHA-256 of the Idempotency-Key, if there was one.</summary>
    public string? IdempotencyKeyHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>W3C <c>traceparent</c> of the request, if it had one.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C <c>tracestate</c> of the request, if it had one.</summary>
    public string? TraceState { get; init; }
}

/// <param name="Created">Whether this call wrote it; otherwise the id was taken.</param>
/// <param name="Start">The one that counts.</param>
public sealed record TaskStartOutcome(bool Created, TaskStart Start);

/// <summary>A value with what the next conditional write of it needs.</summary>
public sealed record Stored<T>(T Value, string ETag);
