using DurableAgentTasks.Engine.Journal.Files;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>
/// The one thread that writes:
/// <list type="number">
/// <item>Take the first batch somebody waits for; appends gather in the next meanwhile.</item>
/// <item>Write and flush it. No room: the batch stays first and is tried again. Any other failure: nothing is written any more.</item>
/// <item>Run its callbacks, in the order of the appends.</item>
/// </list>
/// </summary>
internal sealed class GroupCommit(
    Lock gate, PendingLog pending, SegmentSupply segments, Availability availability, string directory, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isAsleep;
    private bool _isStopping;
    private bool _mayWrite = true;
    private int _failuresBeforeStop;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "journal" }.Start();

    /// <summary>Called under the lock: whether <see cref="Wake"/> must be called after it.</summary>
    public bool MustWake()
    {
        var asleep = _isAsleep;
        _isAsleep = false;
        return asleep;
    }

    public void Wake() => _wake.Release();

    /// <summary>Called under the lock: a write that found no room is tried again at the next occasion.</summary>
    public void AllowRetry() => _mayWrite = true;

    /// <summary>Something has changed: more room, a new segment, more time.</summary>
    public void TryAgain()
    {
        bool wake;
        lock (gate)
        {
            AllowRetry();
            wake = MustWake();
        }

        if (wake) Wake();
    }

    /// <summary>Writes all that is pending if there is room for it, and ends.</summary>
    public Task StopAsync()
    {
        lock (gate)
        {
            _isStopping = true;
            _failuresBeforeStop = segments.Failures;
            segments.Refill();
        }

        TryAgain();
        return _ended.Task;
    }

    public void Dispose() => _wake.Dispose();

    private void Run()
    {
        while (Take() is var (batch, file))
        {
            if (!TryWrite(batch, file)) continue;
            lock (gate) pending.RemoveFirst();
            RunCallbacks(batch);
            lock (gate) pending.Recycle(batch);
        }

        FailWaiters();
        _ended.SetResult();
    }

    // 1.
    private (Batch, LogFile)? Take()
    {
        while (true)
        {
            lock (gate)
            {
                if (availability.Failure is not null) return null;
                var first = pending.First;
                if (first is null && _isStopping) return null;
                if (first is not null && _mayWrite && (first.IsWanted || first != pending.Open || _isStopping))
                {
                    if (segments.Get(first.Segment) is { } file) return (pending.TakeFirst(), file);
                }

                if (_isStopping && HasTriedAgain())
                {
                    logger.PendingLost(directory);
                    return null;
                }

                _isAsleep = true;
            }

            _wake.Wait();
        }
    }

    private bool HasTriedAgain() => availability.IsFull && (!_mayWrite || segments.Failures > _failuresBeforeStop);

    // 2.
    private bool TryWrite(Batch batch, LogFile file)
    {
        try
        {
            file.Content.Write(batch.Bytes, batch.Offset);
            file.Content.Flush();
            file.End = batch.Offset + batch.Length;
            if (availability.LacksWrite)
            {
                lock (gate) availability.LacksWrite = false;
            }

            return true;
        }
        catch (DiskFullException e)
        {
            lock (gate)
            {
                if (!availability.LacksWrite) logger.DiskIsFull(directory, e);
                availability.LacksWrite = true;
                _mayWrite = false;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lock (gate) availability.Break(e);
            logger.DiskFailed(directory, e);
        }

        return false;
    }

    // 3.
    private void RunCallbacks(Batch batch)
    {
        foreach (var callback in batch.Callbacks)
        {
            try
            {
                callback.OnDurable();
            }
#pragma warning disable CA1031 // A callback that throws is a bug of its owner and must not stop everybody else's records.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.CallbackFailed(e);
            }
        }
    }

    private void FailWaiters()
    {
        lock (gate)
        {
            if (pending.IsEmpty) return;
            var failure = availability.Unavailable();
            foreach (var callback in pending.Callbacks) (callback as FlushWaiter)?.Fail(failure);
        }
    }
}

internal sealed class FlushWaiter : IDurableCallback
{
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _flushed.Task;

    public void OnDurable() => _flushed.SetResult();

    public void Fail(Exception exception) => _flushed.SetException(exception);
}
