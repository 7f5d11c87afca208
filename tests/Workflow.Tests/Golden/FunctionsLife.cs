using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.RunTask;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>A history that was read from Durable Functions, as <see cref="GoldenReplay"/> takes it.</summary>
internal static class FunctionsLife
{
    /// <summary>The histories of the generations; what the last one of them decided may be missing, except of the very last.</summary>
    public static IEnumerable<IReadOnlyList<HistoryEntry>> Generations(IReadOnlyList<HistoryEntry> recorded) =>
        GoldenLife.Generations([.. Handled(recorded)]);

    /// <summary>
    /// Durable Functions takes an orchestration up, tells it what came, keeps what it decides and lays it down again; all of that at one time
    /// for the orchestration, when it was taken up. What comes while it is suspended is told when it is resumed, at the time of that.
    /// </summary>
    private static IEnumerable<HistoryEntry> Handled(IReadOnlyList<HistoryEntry> recorded)
    {
        var now = default(DateTimeOffset);
        List<HistoryEntry>? untold = null;
        foreach (var entry in recorded)
        {
            switch (entry.Type)
            {
                case "OrchestratorStarted":
                    now = entry.Time;
                    break;
                case "OrchestratorCompleted":
                    break;
                case "ExecutionSuspended":
                    untold ??= [];
                    break;
                case "ExecutionResumed":
                    foreach (var came in untold ?? []) yield return Of(came) with { Time = now };
                    untold = null;
                    break;
                case not ("TaskScheduled" or "TimerCreated") when untold is not null:
                    untold.Add(entry);
                    break;
                default:
                    yield return Of(entry) with { Time = now };
                    break;
            }
        }
    }

    private static HistoryEntry Of(HistoryEntry entry) => entry switch
    {
        // The one argument of an activity is kept as a list of one.
        { Type: "TaskScheduled", Payload: ['[', .. var only, ']'] } => entry with { Payload = only },
        // Of a failure the message is kept, as text.
        { Type: "ExecutionCompleted", Payload: not ['{', ..] } => entry with
        {
            Type = GoldenLife.Failed,
            Payload = JsonSerializer.Serialize($"{nameof(TaskFailedException)}: {entry.Payload}"),
        },
        _ => entry,
    };
}
