using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The activity <c>ReadSuspensions</c>: what the engine's history of a task says of when the engine let nothing of it run.</summary>
public sealed class SuspensionReading(ITaskClient client, TimeProvider time)
{
    private const int Looks = 50;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<Suspension>> ReadAsync(ReadSuspensions input, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var history = await client.GetHistoryAsync(input.TaskId, cancellationToken);
            if (look == Looks || HoldsCall(history, input)) return Suspension.In(history, input.After, input.Until);
            await Task.Delay(LookAgainAfter, time, cancellationToken);
        }
    }

    /// <summary>A cloud's engine calls an activity before it has stored the history that goes up to the call: the last suspension may be missing.</summary>
    private static bool HoldsCall(IReadOnlyList<HistoryEntry> history, ReadSuspensions input) =>
        history.Any(entry => entry.Type == "TaskScheduled" && entry.Name == TaskActivities.ReadSuspensions.Name && entry.Time >= input.Until);
}
