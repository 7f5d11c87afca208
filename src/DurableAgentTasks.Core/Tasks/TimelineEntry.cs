using System.Text.Json;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// One thing that happened to a task. The timeline is the record of a task's life; its status is the fold of it.
/// </summary>
public sealed record TimelineEntry
{
    /// <summary>From 1, without gaps, in order; written again under the same number it counts once.</summary>
    public required long Number { get; init; }

    /// <summary>By the durable clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary><c>transition</c>, <c>plan</c>, <c>step</c>, <c>warning</c>, <c>recovery</c>, <c>resumption</c>, <c>operator</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Of a transition.</summary>
    public TaskState? From { get; init; }

    /// <summary>Of a transition.</summary>
    public TaskState? To { get; init; }

    /// <summary>What set it off, such as <c>cancel</c> or <c>step_failed</c>.</summary>
    public string? Trigger { get; init; }

    /// <summary>The operator, as the credential names them; <see langword="null"/> for the service itself.</summary>
    public string? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>What else there is to say, by type.</summary>
    public JsonElement? Data { get; init; }
}
