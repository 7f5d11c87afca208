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
    public async Task<(TaskRecord Before, TaskRecord After)> ApplyAsync(
        TaskId id, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await StoredAsync(id, cancellationToken);
            var before = stored.Value;

            // What others took is looked up until there is a forecast. From then on only what the task itself does changes that.
            if (before.Forecast is null) before = before with { History = await durations.ReadAsync(before.Request.Agent, cancellationToken) };
            var after = before.Apply(entries);
            if (await store.TryWriteRecordAsync(id, after, BlobCondition.Unchanged(stored.ETag), cancellationToken) is not null) return (before, after);
        }
    }

    private async Task<Stored<TaskRecord>> StoredAsync(TaskId id, CancellationToken cancellationToken) =>
        await store.ReadRecordAsync<TaskRecord>(id, cancellationToken)
        ?? throw new InvalidOperationException($"Task {id} has no record: it was deleted while it ran.");
}
