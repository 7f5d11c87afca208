using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Threads;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>
/// Has the next segment ready before the one in use is full, so that no append waits for a file to be made. Guarded by the
/// store's lock; only the making runs outside it.
/// </summary>
internal sealed class SegmentSupply(
    Lock gate, JournalFolder folder, Availability availability, int segmentBytes, IEngineThreads threads, ILogger logger)
{
    private LogFile? _current;
    private LogFile? _next;
    private int _missing;
    private Task _making = Task.CompletedTask;
    private bool _isMaking;
    private bool _isClosed;

    /// <summary>Called outside the lock after each attempt to make a segment.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Called under the lock when a segment is complete.</summary>
    public Action Closed { get; set; } = () => { };

    /// <summary>The number of the segment in use: those below are complete.</summary>
    public int Current => _current?.Name.Number ?? 0;

    /// <summary>How often no segment could be made for lack of room.</summary>
    public int Failures { get; private set; }

    /// <summary>Begins with what the folder holds.</summary>
    /// <param name="current">The segment in use, if it is there.</param>
    /// <param name="next">The one after it, if it is there.</param>
    /// <param name="number">The number of the segment in use.</param>
    public void Begin(LogFile? current, LogFile? next, int number)
    {
        _current = current;
        _next = next;
        _missing = number + (current is null ? 0 : 1);
        Refill();
    }

    /// <summary>The segment of this number, the one in use or the one after it; <see langword="null"/> while there is none.</summary>
    public LogFile? Get(int number)
    {
        if (_next?.Name.Number == number)
        {
            _current = _next;
            _next = null;
            _missing = number + 1;
            Closed();
        }

        // A full disk is tried again when something has changed, not by each look.
        if (!availability.LacksSegment) Refill();
        return _current?.Name.Number == number ? _current : null;
    }

    /// <summary>Makes the next segment if it is missing.</summary>
    public void Refill()
    {
        if (_next is null) Make(_missing);
    }

    /// <summary>Makes no more, and waits for the making under way.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            _isClosed = true;
            return _making;
        }
    }

    private void Make(int number)
    {
        if (_isMaking || _isClosed || availability.Failure is not null) return;
        _isMaking = true;
        _making = threads.Run(() => MakeOne(number));
    }

    private void MakeOne(int number)
    {
        LogFile? made = null;
        Exception? failure = null;
        try
        {
            using var segment = new UnfinishedFile(folder, LogFileName.Segment(number), segmentBytes);
            made = segment.Finish();
            made.End = FileHeader.Bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e;
        }

        lock (gate)
        {
            _isMaking = false;
            if (failure is null) Take(made!);
            else if (failure is DiskFullException) NoteFull(failure);
            else Fail(failure);
        }

        Changed();
    }

    private void Take(LogFile made)
    {
        _next = folder.Add(made);
        availability.LacksSegment = false;
    }

    private void NoteFull(Exception failure)
    {
        if (!availability.LacksSegment) logger.DiskIsFull(folder.Path, failure);
        availability.LacksSegment = true;
        Failures++;
    }

    private void Fail(Exception failure)
    {
        availability.Break(failure);
        logger.DiskFailed(folder.Path, failure);
    }
}
