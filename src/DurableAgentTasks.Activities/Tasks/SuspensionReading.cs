using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>
/// The activity <c>ReadSuspensions</c>: what the engine's history of a task says of when the engine let nothing of it run. A history that
/// cannot be read for 10 s tells of no suspension: a task goes on without it.
/// </summary>
public sealed partial class SuspensionReading(ITaskClient client, TimeProvider time, ILogger<SuspensionReading> logger)
{
    private const int Looks = 50;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(200);

    public async Task<IReadOnlyList<Suspension>> ReadAsync(ReadSuspensions input, CancellationToken cancellationToken)
    {
        IReadOnlyList<HistoryEntry> history = [];
        for (var look = 1; look <= Looks && !HoldsCall(history, input); look++)
        {
            if (look > 1) await Task.Delay(LookAgainAfter, time, cancellationToken);
            history = await ReadAsync(input.TaskId, cancellationToken) ?? history;
        }

        return Suspension.In(history, input.After, input.Until);
    }

    private async Task<IReadOnlyList<HistoryEntry>?> ReadAsync(string task, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetHistoryAsync(task, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever engine it is: its errors are not told apart here.
            LogUnread(logger, task, error.Message);
            return null;
        }
    }

    /// <summary>A cloud's engine calls an activity before it has stored the history that goes up to the call: the last suspension may be missing.</summary>
    private static bool HoldsCall(IReadOnlyList<HistoryEntry> history, ReadSuspensions input) =>
        history.Any(entry => entry.Type == "TaskScheduled" && entry.Name == TaskActivities.ReadSuspensions.Name && entry.Time >= input.Until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The history of task {Task} cannot be read now, to see whether it was suspended: {Reason}")]
    private static partial void LogUnread(ILogger logger, string task, string reason);
}
