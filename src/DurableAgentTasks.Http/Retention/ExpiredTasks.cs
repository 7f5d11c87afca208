using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Status;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Retention;

/// <summary>Deletes the tasks that were kept as long as <see cref="RetentionOptions"/> has it. Those the engine no longer knows stay.</summary>
internal sealed partial class ExpiredTasks(
    ITaskClient client, TaskStatusReader status, TaskDeletes deletes, IOptions<RetentionOptions> options, TimeProvider time, ILogger<ExpiredTasks> logger)
{
    public async Task DeleteAllAsync(HousekeepingRun run)
    {
        var now = time.GetUtcNow();
        var (ended, failed) = (now - options.Value.EndedTasks, now - options.Value.FailedTasks);
        if ((ended > failed ? ended : failed ?? ended) is not { } before) return;
        await foreach (var instance in client.ListAsync(new InstanceFilter { CreatedTo = before, Statuses = RuntimeStatuses.Ended }, run.CancellationToken))
        {
            // What the engine changed later ended later.
            if (instance.Name != TaskOrchestration.Name || instance.LastUpdatedAt > before || !TaskId.TryParse(instance.InstanceId, out var id)) continue;
            await run.TryAsync("delete", id, () => DeleteAsync(id, ended, failed, run.CancellationToken));
        }
    }

    private async Task DeleteAsync(TaskId id, DateTimeOffset? ended, DateTimeOffset? failed, CancellationToken cancellationToken)
    {
        // Asked anew: it may have been resumed since it was listed.
        if (await status.ReadAsync(id, cancellationToken) is not { CompletedAt: { } at } task) return;
        if (!TaskLifecycle.HasEnded(task.State) || !(at <= (task.State == TaskState.Failed ? failed : ended))) return;
        if (await deletes.DeleteAsync(id)) LogDeleted(logger, id, at);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}, which ended at {Ended:u}, was kept long enough and is deleted.")]
    private static partial void LogDeleted(ILogger logger, TaskId task, DateTimeOffset ended);
}
