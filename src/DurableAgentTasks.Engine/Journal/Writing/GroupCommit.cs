using System.Diagnostics.CodeAnalysis;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Threads;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>
/// The one loop that writes:
/// <list type="number">
/// <item>Take the first batch somebody waits for; appends gather in the next meanwhile.</item>
/// <item>Write and flush it. No room: the batch stays first and is tried again. Any other failure: nothing is written any more.</item>
/// <item>Run its callbacks, in the order of the appends.</item>
/// </list>
/// </summary>
internal sealed class GroupCommit(
    Lock gate, PendingLog pending, SegmentSupply segments, Availability availability, string directory, ILogger logger) : IDisposable
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IEngineLoop? _loop;
    private bool _isAsleep;
    private bool _isOver;
    private bool _isStopping;
    private bool _mayWrite = true;
    private int _failuresBeforeStop;

    public void Start(IEngineThreads threads)
    {
        // Under the lock it cannot fall asleep, and so be woken, before it is known.
        lock (gate) _loop = threads.StartLoop("journal", WriteAll);
    }

    /// <summary>Called under the lock: whether <see cref="Wake"/> must be called after it.</summary>
    public bool MustWake()
    {
        var asleep = _isAsleep;
        _isAsleep = false;
        return asleep;
    }

    public void Wake() => _loop!.Wake();

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

    public void Dispose() => _loop?.Dispose();

    /// <summary>Writes until it must sleep; <see langword="false"/> at its end.</summary>
    private bool WriteAll()
    {
        while (TryTake(out var batch, out var file))
        {
            if (!TryWrite(batch, file)) continue;
            lock (gate) pending.RemoveFirst();
            RunCallbacks(batch);
            lock (gate) pending.Recycle(batch);
        }

        if (!_isOver) return true;
        FailWaiters();
        _ended.SetResult();
        return false;
    }

    // 1.
    /// <returns><see langword="false"/> if it is to sleep, or has nothing more to write for ever.</returns>
    private bool TryTake([NotNullWhen(true)] out Batch? batch, [NotNullWhen(true)] out LogFile? file)
    {
        (batch, file) = (null, null);
        lock (gate)
        {
            var first = pending.First;
            _isOver = availability.Failure is not null || (first is null && _isStopping);
            if (_isOver) return false;
            if (first is not null && _mayWrite && (first.IsWanted || first != pending.Open || _isStopping))
            {
                file = segments.Get(first.Segment);
                if (file is not null)
                {
                    batch = pending.TakeFirst();
                    return true;
                }
            }

            if (_isStopping && HasTriedAgain())
            {
                logger.PendingLost(directory);
                _isOver = true;
                return false;
            }

            _isAsleep = true;
            return false;
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
