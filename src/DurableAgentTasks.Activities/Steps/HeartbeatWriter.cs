using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Stores heartbeats; one that cannot be stored is made up for by the next.</summary>
/// <param name="task">Whose step runs.</param>
/// <param name="store">Where they go.</param>
/// <param name="logger">Told of those that were missed.</param>
/// <param name="lost">Ends it: another host writes them.</param>
internal sealed partial class HeartbeatWriter(TaskId task, TaskStore store, ILogger logger, CancellationToken lost)
{
    public async Task WriteAsync(TaskHeartbeat heartbeat)
    {
        if (lost.IsCancellationRequested) return;
        try
        {
            await store.WriteHeartbeatAsync(task, heartbeat, lost);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // It was lost meanwhile.
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            LogMissed(logger, task.Value, StorageFault.Say(error));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat of task {Task} cannot be written: {Reason}")]
    private static partial void LogMissed(ILogger logger, string task, string reason);
}
