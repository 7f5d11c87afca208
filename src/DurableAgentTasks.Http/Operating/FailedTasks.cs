using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <summary>Tasks whose orchestration is over although they are not: what is done with them is written into their timeline here.</summary>
internal sealed class FailedTasks(TaskStore store, TaskStatusReader status, TimeProvider time)
{
    /// <returns>Whether it is cancelled; if not, it has moved on meanwhile.</returns>
    public async Task<bool> CancelAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
    {
        var stored = await store.ReadRecordAsync<TaskRecord>(id, cancellationToken);
        var task = stored?.Value ?? await status.ReadStoredAsync(id, cancellationToken);
        if (task is null) return false;

        // A crash, or somebody else who cancels, may have left the record behind its timeline.
        task = task.Apply(await store.ReadTimelineAsync(id, cancellationToken));
        if (TaskLifecycle.CanCancel(task.State)) task = task.Apply(await AppendAsync(task, command, cancellationToken));
        if (task.State != TaskState.Cancelled) return false;
        var condition = stored is null ? BlobCondition.Absent : BlobCondition.Unchanged(stored.ETag);
        return await store.TryWriteRecordAsync(id, task, condition, cancellationToken) is not null;
    }

    private async Task<IReadOnlyList<TimelineEntry>> AppendAsync(TaskRecord task, OperatorCommand command, CancellationToken cancellationToken)
    {
        var timeline = task.ContinueTimeline();
        var now = time.GetUtcNow();
        timeline.OperatorAction(OperatorEvents.Cancel, command.By, command.Reason, now);
        timeline.End(
            TaskState.Cancelled, new TaskResult(TaskOutcome.Cancelled, "Cancelled after it had failed."), OperatorEvents.Cancel, now, by: command.By, reason: command.Reason);
        var entries = timeline.TakePending();
        await store.AppendTimelineAsync(task.Id, entries, cancellationToken);
        return entries;
    }
}
