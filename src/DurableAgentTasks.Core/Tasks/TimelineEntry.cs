using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// One thing that happened to a task. The timeline is the record of a task's life; its status is the fold of it.
/// </summary>
public sealed record TimelineEntry
{
    /// <summary>From 1, without gaps, in order; written again under the same number it counts once.</summary>
    public required long Number { get; init; }

    /// <summary><see cref="TaskRecord.Epoch"/> of who wrote it: among entries of the same number the one of the highest epoch counts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Epoch { get; init; }

    /// <summary>By the durable clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>One of <see cref="TimelineTypes"/>.</summary>
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

    /// <summary>When the limits of the task and its phase are reached from now on; <see langword="null"/> if that is as before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskDeadlines? Deadlines { get; init; }

    /// <summary>What else there is to say, by type: the JSON of the record that <see cref="TimelineTypes"/> names.</summary>
    public JsonElement? Data { get; init; }

    /// <exception cref="TimelineException">The entry carries no such data.</exception>
    public T DataAs<T>()
        where T : class
    {
        try
        {
            if (Data?.Deserialize<T>(TaskJson.Options) is { } data) return data;
        }
        catch (JsonException error)
        {
            throw new TimelineException($"Timeline entry {Number} ({Type}) carries data of another shape than {typeof(T).Name}.", error);
        }

        throw new TimelineException($"Timeline entry {Number} ({Type}) carries no data.");
    }
}
