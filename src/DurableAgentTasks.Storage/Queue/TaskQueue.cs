using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Queue;

/// <summary>
/// The queue of a task hub: one blob, which all hosts change under its ETag.
/// <list type="number">
/// <item>Changes that come while another is being written are collected, and written together: a thousand at once are a few writes.</item>
/// <item>They are made of the record as it is stored; what was read or written last is used while the store says it still holds.</item>
/// <item>If another host was faster, they are made anew of what it has written. Nobody's change is lost, and making one twice does no harm.</item>
/// </list>
/// </summary>
public sealed class TaskQueue(IBlobStore blobs, QueueLimits limits, TimeProvider time) : IDisposable
{
    private readonly QueueRules _rules = new(limits);
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private List<Change> _pending = [];
    private Stored<QueueRecord>? _known;

    public QueueLimits Limits { get; } = limits;

    /// <summary>Asks for a slot; again, to keep it or to see whether one has come free. It never waits for one.</summary>
    public async Task<QueueStanding> JoinAsync(QueuedTask task, CancellationToken cancellationToken)
    {
        var standing = default(QueueStanding);
        await ChangeAsync(
            record =>
            {
                (record, standing) = _rules.Join(record, task, time.GetUtcNow());
                return record;
            },
            cancellationToken);
        return standing;
    }

    /// <summary>Gives the slot, or the place in the queue, to others. A task that has neither changes nothing.</summary>
    /// <returns>Those whose turn it is now: they should ask again.</returns>
    public async Task<IReadOnlyList<TaskId>> LeaveAsync(TaskId task, CancellationToken cancellationToken)
    {
        IReadOnlyList<TaskId> turns = [];
        await ChangeAsync(
            record =>
            {
                record = QueueRules.Leave(record, task);
                turns = _rules.Turns(record, time.GetUtcNow());
                return record;
            },
            cancellationToken);
        return turns;
    }

    /// <summary>Who runs and who waits now.</summary>
    public async Task<QueueRecord> ReadAsync(CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken) is { } stored ? stored.Value : QueueRecord.Empty).At(time.GetUtcNow());

    /// <summary>Whether it should take no more. It does all the same: a task that was started is never turned away.</summary>
    public async Task<bool> IsFullAsync(CancellationToken cancellationToken) =>
        _rules.IsFull(await ReadAsync(cancellationToken), time.GetUtcNow());

    public void Dispose() => _writing.Dispose();

    // 1.
    private async Task ChangeAsync(Func<QueueRecord, QueueRecord> apply, CancellationToken cancellationToken)
    {
        // From here on it is made, whether or not the caller waits for it.
        cancellationToken.ThrowIfCancellationRequested();
        var change = new Change(apply);
        lock (_gate) _pending.Add(change);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Not cancellable: the changes of others are in it too.
            if (!change.Done.IsCompleted) await WriteAsync(TakePending());
        }
        finally
        {
            _writing.Release();
        }

        await change.Done;
    }

    private List<Change> TakePending()
    {
        lock (_gate)
        {
            var taken = _pending;
            _pending = [];
            return taken;
        }
    }

    private async Task WriteAsync(List<Change> changes)
    {
        try
        {
            while (!await TryWriteAsync(changes))
            {
                // 3.
            }

            foreach (var change in changes) change.Succeed();
        }
        catch (Exception error)
        {
            foreach (var change in changes) change.Fail(error);
        }
    }

    private async Task<bool> TryWriteAsync(List<Change> changes)
    {
        var before = await LoadAsync(CancellationToken.None);
        var record = before is null ? QueueRecord.Empty : before.Value;
        var changed = changes.Aggregate(record, (current, change) => change.Apply(current));
        if (changed == record) return true;
        changed = changed.At(time.GetUtcNow());
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(changed, TaskJson.Options));
        var condition = before is null ? BlobCondition.Absent : BlobCondition.Unchanged(before.ETag);
        if (await blobs.TryWriteAsync(TaskBlobs.Queue, content, condition, CancellationToken.None) is not { } etag) return false;
        Volatile.Write(ref _known, new Stored<QueueRecord>(changed, etag));
        return true;
    }

    // 2.
    private async Task<Stored<QueueRecord>?> LoadAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _known);
        if (known is not null && (await blobs.GetPropertiesAsync(TaskBlobs.Queue, cancellationToken))?.ETag == known.ETag) return known;
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.Queue, 0, null, cancellationToken);
        if (reading is null) return null;
        var record = await JsonSerializer.DeserializeAsync<QueueRecord>(reading.Content, TaskJson.Options, cancellationToken);
        var stored = new Stored<QueueRecord>(record!, reading.Properties.ETag);
        Volatile.Write(ref _known, stored);
        return stored;
    }

    private sealed class Change(Func<QueueRecord, QueueRecord> apply)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public QueueRecord Apply(QueueRecord record) => apply(record);

        public void Succeed() => _done.SetResult();

        public void Fail(Exception error) => _done.SetException(error);
    }
}
