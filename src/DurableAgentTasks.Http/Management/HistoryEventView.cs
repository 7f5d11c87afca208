using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Management;

/// <summary>
/// What happened to an instance, as Durable Functions tells it: in Pascal case, and what an activity or a timer was asked for
/// together with what came of it.
/// </summary>
public sealed record HistoryEventView
{
    [JsonPropertyName(nameof(EventType))]
    public required string EventType { get; init; }

    [JsonPropertyName(nameof(Timestamp))]
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The activity or orchestration it is about.</summary>
    [JsonPropertyName(nameof(FunctionName)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FunctionName { get; init; }

    /// <summary>Of an external event.</summary>
    [JsonPropertyName(nameof(Name)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>When it was asked for.</summary>
    [JsonPropertyName(nameof(ScheduledTime)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ScheduledTime { get; init; }

    /// <summary>Of a timer: when it is due.</summary>
    [JsonPropertyName(nameof(FireAt)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? FireAt { get; init; }

    /// <summary>Of the end: how it ended.</summary>
    [JsonPropertyName(nameof(OrchestrationStatus)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OrchestrationStatus { get; init; }

    /// <summary>Why, of what failed or was terminated, suspended or resumed.</summary>
    [JsonPropertyName(nameof(Reason)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Only with <c>showHistoryOutput</c>.</summary>
    [JsonPropertyName(nameof(Input)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; init; }

    /// <summary>Only with <c>showHistoryOutput</c>.</summary>
    [JsonPropertyName(nameof(Result)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    /// <param name="history">As the engine has it, oldest first.</param>
    /// <param name="instance">Whose it is.</param>
    /// <param name="payloads">Whether inputs and results are shown.</param>
    internal static IReadOnlyList<HistoryEventView> Of(IReadOnlyList<HistoryEntry> history, OrchestrationInstance instance, bool payloads)
    {
        var asked = new Dictionary<int, HistoryEntry>();
        var answered = history.Where(entry => entry.Type is "TaskCompleted" or "TaskFailed" or "TimerFired").Select(entry => entry.Number).ToHashSet();
        var views = new List<HistoryEventView>(history.Count);
        foreach (var entry in history)
        {
            if (entry is { Type: "TaskScheduled" or "TimerCreated", Number: { } number })
            {
                asked[number] = entry;
                if (answered.Contains(number)) continue;
            }

            // When the engine took the orchestration up and laid it down again: Durable Functions does not tell that either.
            if (entry.Type is "OrchestratorStarted" or "OrchestratorCompleted") continue;

            views.Add(Of(entry, entry.Number is { } about ? asked.GetValueOrDefault(about) : null, instance, payloads));
        }

        return views;
    }

    private static HistoryEventView Of(HistoryEntry entry, HistoryEntry? asked, OrchestrationInstance instance, bool payloads)
    {
        var view = new HistoryEventView
        {
            EventType = entry.Type,
            Timestamp = entry.Time,
            FunctionName = asked?.Name,
            FireAt = asked?.FireAt,
            ScheduledTime = ReferenceEquals(asked, entry) ? null : asked?.Time,
        };
        var payload = payloads ? InstanceView.JsonOf(entry.Payload) : null;
        return entry.Type switch
        {
            "ExecutionStarted" => view with { FunctionName = instance.Name, Input = payload },
            "EventRaised" => view with { Name = entry.Name, Input = payload },
            "TaskScheduled" => view with { Input = payload },
            "TaskCompleted" => view with { Result = payload },
            "ExecutionCompleted" => view with
            {
                OrchestrationStatus = instance.Status.ToString(),
                Result = instance.Status == RuntimeStatus.Completed ? payload : null,
                Reason = instance.Status == RuntimeStatus.Completed ? null : instance.Failure,
            },
            _ => view with { Reason = entry.Payload },
        };
    }
}
