using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The stored records of tasks. A record is the fold of the timeline, so writing one again is no harm.</summary>
public sealed class TaskRecords(TaskStore store)
{
    public async Task<TaskRecord> ReadAsync(TaskId id, CancellationToken cancellationToken) =>
        (await StoredAsync(id, cancellationToken)).Value;

    /// <summary>Writes the record of a new task; one that is there stays.</summary>
    public Task CreateAsync(TaskRecord record, CancellationToken cancellationToken) =>
        store.TryWriteRecordAsync(record.Id, record, BlobCondition.Absent, cancellationToken);

    /// <summary>Brings the record up to these entries; those that are in it already change nothing.</summary>
    public async Task ApplyAsync(TaskId id, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        Stored<TaskRecord> stored;
        do
        {
            stored = await StoredAsync(id, cancellationToken);
        }
        while (await store.TryWriteRecordAsync(id, stored.Value.Apply(entries), BlobCondition.Unchanged(stored.ETag), cancellationToken) is null);
    }

    private async Task<Stored<TaskRecord>> StoredAsync(TaskId id, CancellationToken cancellationToken) =>
        await store.ReadRecordAsync<TaskRecord>(id, cancellationToken)
        ?? throw new InvalidOperationException($"Task {id} has no record: it was deleted while it ran.");
}
