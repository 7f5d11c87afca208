using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Cancelling;

/// <param name="Accepted">Whether the task is, or will be, cancelled.</param>
/// <param name="Task">As it stands; <see langword="null"/> if there is none.</param>
internal sealed record CancelOutcome(bool Accepted, TaskRecord? Task);

/// <summary>
/// Cancels tasks.
/// <list type="number">
/// <item>One that runs is told by an event, after it was woken if it is suspended; its orchestration does the rest.</item>
/// <item>One whose orchestration is over (it failed) has nobody to tell: its timeline is written here.</item>
/// </list>
/// </summary>
internal sealed class TaskCancels(TaskStore store, ITaskClient client, TaskStatusReader status, TaskStarts starts, TimeProvider time)
{
    // A task moves on while it is looked at, but not for ever.
    private const int MaxLooks = 5;

    public async Task<CancelOutcome> CancelAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var instance = await client.GetAsync(id.Value, payloads: false, cancellationToken);
            if (await status.ReadAsync(id, instance, cancellationToken) is not { } task) return new(Accepted: false, Task: null);
            if (!TaskLifecycle.CanCancel(task.State)) return new(Accepted: look > 1 && task.State == TaskState.Cancelled, task);
            var done = instance is null && await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is null
                ? await ScheduleAsync(id, cancellationToken)
                : instance is { HasEnded: false } && !TaskLifecycle.HasEnded(task.State) ? await TellAsync(instance, command, cancellationToken)
                : await RecordAsync(id, command, cancellationToken);
            if (done) return new(Accepted: true, await status.ReadAsync(id, cancellationToken) ?? task);
            if (look == MaxLooks) return new(Accepted: false, task);
        }
    }

    /// <summary>A start a crash left on its way: it is made up for, so that there is somebody to tell.</summary>
    private async Task<bool> ScheduleAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (await store.ReadStartAsync(id, cancellationToken) is { } start) await starts.EnsureScheduledAsync(start, cancellationToken);
        return false;
    }

    // 1.
    private async Task<bool> TellAsync(OrchestrationInstance instance, OperatorCommand command, CancellationToken cancellationToken)
    {
        var id = instance.InstanceId;
        if (instance.Status == RuntimeStatus.Suspended) await client.ResumeAsync(id, "The task is cancelled.", cancellationToken);
        var payload = JsonSerializer.Serialize(command, TaskJson.Options);
        return await client.RaiseEventAsync(id, OperatorEvents.Cancel, payload, cancellationToken) == OperationOutcome.Accepted;
    }

    // 2.
    private async Task<bool> RecordAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
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
