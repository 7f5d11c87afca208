using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The stored records of tasks. A record is the fold of the timeline, so writing one again is no harm.</summary>
public sealed class TaskRecords(TaskStore store, StepDurations durations)
{
    public async Task<TaskRecord> ReadAsync(TaskId id, CancellationToken cancellationToken) =>
        (await StoredAsync(id, cancellationToken)).Value;

    /// <summary>Writes the record of a new task; one that is there stays.</summary>
    public Task CreateAsync(TaskRecord record, CancellationToken cancellationToken) =>
        store.TryWriteRecordAsync(record.Id, record, BlobCondition.Absent, cancellationToken);

    /// <summary>Brings the record up to these entries; those that are in it already change nothing.</summary>
    /// <returns>The record as it was and as it is.</returns>
    public Task<(TaskRecord Before, TaskRecord After)> ApplyAsync(TaskId id, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken) =>
        ChangeAsync(id, record => Task.FromResult(record.Apply(entries)), cancellationToken);

    /// <summary>Brings the record up to its timeline, which the generation before may have left ahead of it, and hands it to a new one.</summary>
    /// <param name="id">The task.</param>
    /// <param name="at">When the new generation was begun, which tells it from others.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TaskRecord> ReviveAsync(TaskId id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // The timeline is read anew with each record: what is appended after that is written for a record which is no longer there.
        var (_, revived) = await ChangeAsync(
            id, async record => record.Apply(await store.ReadTimelineAsync(id, cancellationToken)).Revive(at), cancellationToken);
        return revived;
    }

    private async Task<(TaskRecord Before, TaskRecord After)> ChangeAsync(
        TaskId id, Func<TaskRecord, Task<TaskRecord>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await StoredAsync(id, cancellationToken);
            var before = stored.Value;

            // What others took is looked up until there is a forecast. From then on only what the task itself does changes that.
            if (before.Forecast is null) before = before with { History = await durations.ReadAsync(before.Request.Agent, cancellationToken) };
            var after = await change(before);
            if (await store.TryWriteRecordAsync(id, after, BlobCondition.Unchanged(stored.ETag), cancellationToken) is not null) return (before, after);
        }
    }

    private async Task<Stored<TaskRecord>> StoredAsync(TaskId id, CancellationToken cancellationToken) =>
        await store.ReadRecordAsync<TaskRecord>(id, cancellationToken)
        ?? throw new InvalidOperationException($"Task {id} has no record: it was deleted while it ran.");
}
