using System.Runtime.CompilerServices;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>What is kept of a task beside the engine's history: how it was started, its timeline, its record; and their common end.</summary>
/// <param name="blobs">Where it is kept.</param>
/// <param name="signals">Told of every record that is written; <see langword="null"/> where nobody follows.</param>
public sealed class TaskStore(IBlobStore blobs, TaskSignals? signals = null)
{
    /// <summary>
    /// Writes the start of a task, unless its id is taken. A mark is set before, so that a crash on the way to the engine is found by
    /// <see cref="UnscheduledAsync"/>; the caller schedules the task and then calls <see cref="MarkScheduledAsync"/>.
    /// </summary>
    public async Task<TaskStartOutcome> CreateAsync(TaskStart start, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadStartAsync(start.Id, cancellationToken) is { } existing) return new TaskStartOutcome(Created: false, existing);
            await MarkAsync(TaskBlobs.StartingMark(start.Id), cancellationToken);
            if (await TryWriteAsync(TaskBlobs.Start(start.Id), start, BlobCondition.Absent, cancellationToken) is not null)
                return new TaskStartOutcome(Created: true, start);
        }
    }

    public async Task<TaskStart?> ReadStartAsync(TaskId task, CancellationToken cancellationToken) =>
        await ReadAsync<TaskStart>(TaskBlobs.Start(task), cancellationToken) is { } stored ? stored.Value with { Id = task } : null;

    /// <summary>The engine has the task: reconciliation need not look at it any more.</summary>
    public Task MarkScheduledAsync(TaskId task, CancellationToken cancellationToken) =>
        blobs.TryDeleteAsync(TaskBlobs.StartingMark(task), BlobCondition.None, cancellationToken);

    /// <summary>Undoes <see cref="CreateAsync"/> for a task the engine does not take. It writes nothing, so a full disk does not hinder it.</summary>
    public async Task TakeBackAsync(TaskId task, CancellationToken cancellationToken)
    {
        await blobs.TryDeleteAsync(TaskBlobs.Start(task), BlobCondition.None, cancellationToken);
        await MarkScheduledAsync(task, cancellationToken);
    }

    /// <summary>
    /// The tasks whose scheduling was never confirmed. Read what there is of their starts (<see cref="ReadUnscheduledAsync"/>), schedule
    /// them (an id the engine has is fine) and call <see cref="MarkScheduledAsync"/>.
    /// </summary>
    /// <param name="before">Only marks set before; later ones may be starts on their way in another process.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async IAsyncEnumerable<TaskId> UnscheduledAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var mark in blobs.ListAsync(TaskBlobs.Starting, cancellationToken))
        {
            if (mark.LastModified < before && TaskId.TryParse(mark.Name[TaskBlobs.Starting.Length..], out var task)) yield return task;
        }
    }

    /// <summary>The start of such a task. A mark without a start is of a request that never got an answer; it is removed.</summary>
    public async Task<TaskStart?> ReadUnscheduledAsync(TaskId task, CancellationToken cancellationToken)
    {
        var start = await ReadStartAsync(task, cancellationToken);
        if (start is null) await MarkScheduledAsync(task, cancellationToken);
        return start;
    }

    /// <summary>Adds to the timeline; what is there already under the same numbers does no harm.</summary>
    public async Task AppendTimelineAsync(TaskId task, IReadOnlyList<TimelineEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var batch in TimelineText.Write(entries))
        {
            if (await blobs.TryAppendAsync(TaskBlobs.Timeline(task), batch, null, BlobDurability.Disk, cancellationToken) is null)
                throw new IOException($"The timeline of task {task} takes no more entries (an append blob holds 50,000 appends).");
        }
    }

    /// <summary>In order of the numbers, each once; empty if there is none.</summary>
    public async Task<IReadOnlyList<TimelineEntry>> ReadTimelineAsync(TaskId task, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.Timeline(task), 0, null, cancellationToken);
        return reading is null ? [] : await TimelineText.ReadAsync(reading.Content, cancellationToken);
    }

    /// <summary>For whoever wants the entries above a number as they come.</summary>
    public TimelineTail FollowTimeline(TaskId task, long after) => new(blobs, task, after);

    /// <summary>The stored record; <see langword="null"/> if there is none.</summary>
    public Task<Stored<T>?> ReadRecordAsync<T>(TaskId task, CancellationToken cancellationToken) =>
        ReadAsync<T>(TaskBlobs.Record(task), cancellationToken);

    /// <returns>The new ETag, or <see langword="null"/> if <paramref name="condition"/> does not hold.</returns>
    public async Task<string?> TryWriteRecordAsync<T>(TaskId task, T record, BlobCondition condition, CancellationToken cancellationToken)
    {
        var etag = await TryWriteAsync(TaskBlobs.Record(task), record, condition, cancellationToken);
        if (etag is not null) signals?.Signal(task, TaskSignal.Record);
        return etag;
    }

    /// <summary>Keeps what the agent said in an attempt to make a plan.</summary>
    public Task WritePlanTextAsync(TaskId task, int attempt, string text, CancellationToken cancellationToken) =>
        TryWriteAsync(TaskBlobs.PlanText(task, attempt), text, BlobCondition.None, cancellationToken);

    /// <summary>What the agent said; <see langword="null"/> if there is nothing of that attempt.</summary>
    public async Task<string?> ReadPlanTextAsync(TaskId task, int attempt, CancellationToken cancellationToken) =>
        (await ReadAsync<string>(TaskBlobs.PlanText(task, attempt), cancellationToken))?.Value;

    /// <summary>What the runner of the task's step last said; <see langword="null"/> if no step ran yet.</summary>
    public async Task<TaskHeartbeat?> ReadHeartbeatAsync(TaskId task, CancellationToken cancellationToken) =>
        (await ReadAsync<TaskHeartbeat>(TaskBlobs.Heartbeat(task), cancellationToken))?.Value;

    public async Task WriteHeartbeatAsync(TaskId task, TaskHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        await TryWriteAsync(TaskBlobs.Heartbeat(task), heartbeat, BlobCondition.None, cancellationToken);
        signals?.Signal(task, TaskSignal.Heartbeat);
    }

    /// <summary>
    /// Deletes all there is of a task. A mark is set before, and the start goes last: until then the id stays taken, and a crash on the
    /// way is found by <see cref="UnfinishedDeletesAsync"/>.
    /// </summary>
    public async Task DeleteAsync(TaskId task, CancellationToken cancellationToken)
    {
        await MarkAsync(TaskBlobs.DeletingMark(task), cancellationToken);
        var start = TaskBlobs.Start(task);
        await foreach (var blob in blobs.ListAsync(TaskBlobs.All(task), cancellationToken))
        {
            if (CheckpointIn(task, blob.Name) is { } checkpoint) await blobs.TryDeleteAsync(TaskBlobs.CheckpointNote(checkpoint), BlobCondition.None, cancellationToken);
            if (blob.Name != start) await blobs.TryDeleteAsync(blob.Name, BlobCondition.None, cancellationToken);
        }

        await MarkScheduledAsync(task, cancellationToken);
        await blobs.TryDeleteAsync(start, BlobCondition.None, cancellationToken);
        await blobs.TryDeleteAsync(TaskBlobs.DeletingMark(task), BlobCondition.None, cancellationToken);
    }

    /// <summary>The tasks whose deletes a crash has interrupted; they are to be deleted before anything is started.</summary>
    public async IAsyncEnumerable<TaskId> UnfinishedDeletesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var mark in blobs.ListAsync(TaskBlobs.Deleting, cancellationToken))
        {
            if (TaskId.TryParse(mark.Name[TaskBlobs.Deleting.Length..], out var task)) yield return task;
        }
    }

    private static CheckpointId? CheckpointIn(TaskId task, string name) =>
        (name.StartsWith(TaskBlobs.Checkpoints(task), StringComparison.Ordinal) || name.StartsWith(TaskBlobs.Bundles(task), StringComparison.Ordinal))
        && CheckpointStore.TryParseName(name, out _, out var id) ? id : null;

    private async Task MarkAsync(string name, CancellationToken cancellationToken) =>
        await blobs.TryWriteAsync(name, Stream.Null, BlobCondition.None, cancellationToken);

    private Task<Stored<T>?> ReadAsync<T>(string name, CancellationToken cancellationToken) => blobs.ReadJsonAsync<T>(name, cancellationToken);

    private Task<string?> TryWriteAsync<T>(string name, T value, BlobCondition condition, CancellationToken cancellationToken) =>
        blobs.TryWriteJsonAsync(name, value, condition, cancellationToken);
}
