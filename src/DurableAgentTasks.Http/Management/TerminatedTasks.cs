using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Management;

/// <summary>
/// Tasks that were terminated past their orchestration, which so could not clean up:
/// <list type="number">
/// <item>What runs of it is ended, and its turn goes to the next.</item>
/// <item>Its timeline gets its end, and its record with it.</item>
/// </list>
/// </summary>
internal sealed partial class TerminatedTasks(
    TaskStore store, ITaskClient client, TaskStatusReader status, ITaskCleanup cleanup, TaskTails tails, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<TerminatedTasks> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stops = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
    private readonly Lock _gate = new();
    private Task _settling = Task.CompletedTask;

    /// <summary>Begins it, and returns at once. What a crash or a stop of the host interrupts, reconciliation does.</summary>
    public void SettleSoon(TaskId id, OperatorCommand command)
    {
        lock (_gate) _settling = Task.WhenAll(_settling, TrySettleAsync(id, command));
    }

    /// <summary>Settles all that are not yet.</summary>
    public async Task SettleAllAsync(HousekeepingRun run)
    {
        await foreach (var instance in client.ListAsync(new InstanceFilter { Statuses = [RuntimeStatus.Terminated] }, run.CancellationToken))
        {
            if (instance.Name != TaskOrchestration.Name || !TaskId.TryParse(instance.InstanceId, out var id)) continue;
            await run.TryAsync("settle", id, () => SettleAsync(id, new OperatorCommand(null, null), run.CancellationToken));
        }
    }

    /// <summary>Settles one; nothing happens if that was done, or its engine has no such task any more.</summary>
    public Task SettleAsync(TaskId id, OperatorCommand command, CancellationToken cancellationToken) => tails.AddAsync(id, async () =>
    {
        if (await client.GetAsync(id.Value, payloads: false, cancellationToken) is not { Name: TaskOrchestration.Name, Status: RuntimeStatus.Terminated } instance) return true;
        var stored = await store.ReadRecordAsync<TaskRecord>(id, cancellationToken);
        if ((stored?.Value ?? await status.ReadStoredAsync(id, cancellationToken)) is not { } task || TaskLifecycle.HasEnded(task.State)) return true;

        // 1.
        await cleanup.CleanUpAsync(id, cancellationToken);

        // 2. What its last activities wrote comes first.
        stored = await store.ReadRecordAsync<TaskRecord>(id, cancellationToken);
        task = (stored?.Value ?? task).Apply(await store.ReadTimelineAsync(id, cancellationToken));
        if (!TaskLifecycle.HasEnded(task.State)) task = task.Apply(await AppendEndAsync(task, command, instance.LastUpdatedAt, cancellationToken));
        var condition = stored is null ? BlobCondition.Absent : BlobCondition.Unchanged(stored.ETag);
        await store.TryWriteRecordAsync(id, task, condition, cancellationToken);
        return true;
    });

    /// <summary>Nothing is written any more when the host has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stops.CancelAsync();
        await _settling;
        _stops.Dispose();
    }

    private async Task TrySettleAsync(TaskId id, OperatorCommand command)
    {
        try
        {
            await client.WaitAsync(id.Value, _stops.Token);
            await SettleAsync(id, command, _stops.Token);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
        catch (Exception error)
        {
            LogLeft(logger, id, error);
        }
    }

    private async Task<IReadOnlyList<TimelineEntry>> AppendEndAsync(
        TaskRecord task, OperatorCommand command, DateTimeOffset terminatedAt, CancellationToken cancellationToken)
    {
        // No sooner than what went before, and no later than now.
        var at = terminatedAt < time.GetUtcNow() ? terminatedAt : time.GetUtcNow();
        var timeline = task.TakeOver().ContinueTimeline();
        timeline.End(
            TaskState.Cancelled, new TaskResult(TaskOutcome.Cancelled, "Its orchestration was terminated."), "terminated", at, by: command.By, reason: command.Reason);
        var entries = timeline.TakePending();
        await store.AppendTimelineAsync(task.Id, entries, cancellationToken);
        return entries;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} was terminated; it could not be tidied up after, which the next start of the host does.")]
    private static partial void LogLeft(ILogger logger, TaskId task, Exception error);
}
