using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Stores heartbeats; one that cannot be stored is made up for by the next.</summary>
internal sealed partial class HeartbeatWriter(TaskId task, TaskStore store, ILogger logger)
{
    public async Task WriteAsync(TaskHeartbeat heartbeat)
    {
        try
        {
            await store.WriteHeartbeatAsync(task, heartbeat, CancellationToken.None);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            LogMissed(logger, task.Value, StorageFault.Say(error));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat of task {Task} cannot be written: {Reason}")]
    private static partial void LogMissed(ILogger logger, string task, string reason);
}
