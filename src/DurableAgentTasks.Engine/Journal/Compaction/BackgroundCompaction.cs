using System.Diagnostics;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;
using DurableAgentTasks.Engine.Journal.Writing;
using DurableAgentTasks.Engine.Threads;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>Runs one compaction at a time, beside the appends, when the closed segments have outgrown the snapshot.</summary>
internal sealed class BackgroundCompaction(
    Lock gate,
    JournalFolder folder,
    CompactedFiles compacted,
    StreamTable streams,
    SegmentSupply segments,
    Availability availability,
    int segmentBytes,
    IEngineThreads threads,
    ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private bool _hasAskedForRoll;
    private bool _isHopeless;

    /// <summary>Called under the lock: begins one if it is worth it.</summary>
    public void Consider()
    {
        if (_isRunning || _isHopeless || _stop.IsCancellationRequested) return;
        var closed = ClosedSegments().Sum(file => file.End);
        if (closed >= Math.Max(segmentBytes, compacted.Snapshot?.End ?? 0) || compacted.IsMostlyDead) Begin();
    }

    /// <summary>Called under the lock: whether the segment in use should close early, so that dead archives can go.</summary>
    public bool WantsRoll()
    {
        if (_hasAskedForRoll || _isHopeless || availability.IsFull || !compacted.IsMostlyDead) return false;
        return _hasAskedForRoll = true;
    }

    /// <summary>Compacts all closed segments.</summary>
    public async Task RunAsync()
    {
        for (var hasBegun = false; ;)
        {
            Task running;
            lock (gate)
            {
                if (!_isRunning)
                {
                    if (hasBegun) return;
                    Begin();
                    hasBegun = true;
                }

                running = _running;
            }

            await running;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task running;
        lock (gate)
        {
            _stop.Cancel();
            running = _running;
        }

        await running;
        _stop.Dispose();
    }

    private void Begin()
    {
        var closed = ClosedSegments();
        if (closed.Length == 0) return;
        var input = compacted.Input(streams.Highest, closed);
        _isRunning = true;
        _running = threads.Run(() => Run(input));
    }

    private void Run(CompactionInput input)
    {
        var hasSucceeded = TryRun(input);
        lock (gate)
        {
            _isRunning = _hasAskedForRoll = false;

            // Segments that closed meanwhile found this one running. After a failure the next that closes is the next occasion.
            if (hasSucceeded) Consider();
        }
    }

    private bool TryRun(CompactionInput input)
    {
        try
        {
            var started = Stopwatch.GetTimestamp();
            var before = input.Closed.Sum(file => file.End);
            var output = new LogCompaction(folder, input, _stop.Token).Run();
            new CompactionSwitch(gate, folder, compacted, streams).Run(input, output);
            var (after, archived, took) = (output.Snapshot.End, output.Places.Count, Stopwatch.GetElapsedTime(started));
            logger.Compacted(input.Number, before, after, archived, took);
            return true;
        }
        catch (OperationCanceledException)
        {
            // The journal is being closed; the next opening finds the old state.
        }
        catch (UndecidedException e)
        {
            lock (gate) availability.Break(e);
            logger.DiskFailed(folder.Path, e);
        }
        catch (JournalDamagedException e)
        {
            _isHopeless = true;
            logger.CompactionFailed(folder.Path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing has changed.
            logger.CompactionFailed(folder.Path, e);
        }

        return false;
    }

    private LogFile[] ClosedSegments() => folder.Segments(above: compacted.Snapshot?.Name.Number ?? 0, below: segments.Current);
}
