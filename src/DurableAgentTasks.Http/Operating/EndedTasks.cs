using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <summary>
/// Tasks whose orchestration is over although they are not: they failed, or the engine lost their history. A cancel is written into their
/// timeline here; a resume begins their next generation, which writes on itself. So one of the two is done at a time.
/// </summary>
internal sealed class EndedTasks(TaskStore store, ITaskClient client, TaskStatusReader status, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <returns>Whether it is cancelled; if not, it has moved on meanwhile.</returns>
    public async Task<bool> CancelAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await client.GetAsync(id.Value, payloads: false, cancellationToken) is { HasEnded: false }) return false;
            return await CancelEndedAsync(id, command, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <returns>Whether it goes on; if not, it has moved on meanwhile.</returns>
    /// <exception cref="EngineUnavailableException">The engine takes no new work; the task is as it was.</exception>
    public async Task<bool> ResumeAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await status.ReadAsync(id, cancellationToken) is not { State: TaskState.Failed }) return false;
            var input = Resurrection.InputFor(command);

            // Not cancellable: a client that hangs up must not leave half a resume.
            return await client.GetAsync(id.Value, payloads: false, cancellationToken) is null
                ? await client.StartAsync(TaskOrchestration.Name, id.Value, input, CancellationToken.None) == StartOutcome.Started
                : await client.RestartAsync(id.Value, input, CancellationToken.None) == OperationOutcome.Accepted;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> CancelEndedAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken)
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
        var timeline = task.TakeOver().ContinueTimeline();
        var now = time.GetUtcNow();
        timeline.OperatorAction(OperatorEvents.Cancel, command.By, command.Reason, now);
        timeline.End(
            TaskState.Cancelled, new TaskResult(TaskOutcome.Cancelled, "Cancelled after it had failed."), OperatorEvents.Cancel, now, by: command.By, reason: command.Reason);
        var entries = timeline.TakePending();
        await store.AppendTimelineAsync(task.Id, entries, cancellationToken);
        return entries;
    }
}
