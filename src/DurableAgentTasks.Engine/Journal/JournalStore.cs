using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Opening;
using DurableAgentTasks.Engine.Journal.Records;
using DurableAgentTasks.Engine.Journal.Writing;
using DurableAgentTasks.Engine.Threads;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal;

/// <summary>
/// One append-only log for many streams of records, flushed in groups. It knows nothing of orchestrations: a stream is a number
/// that its owner chose, a record is bytes and a mark.
/// </summary>
internal sealed class JournalStore : IAsyncDisposable
{
    /// <summary>How long a record nobody waits for may stay in memory.</summary>
    public static readonly TimeSpan LazyFlush = TimeSpan.FromMilliseconds(5);

    private readonly Lock _gate = new();
    private readonly IDisposable _lock;
    private readonly JournalFolder _folder;
    private readonly StreamTable _streams;
    private readonly PendingLog _pending;
    private readonly Availability _availability;
    private readonly SegmentSupply _segments;
    private readonly GroupCommit _commit;
    private readonly BackgroundCompaction _compaction;
    private readonly StreamReading _reading;
    private readonly ITimer _lazy;
    private bool _isLazyArmed;
    private bool _isDisposed;

    private JournalStore(
        JournalOptions options, IDisposable folderLock, OpenedJournal opened, TimeProvider time, ILogger logger, IEngineThreads threads)
    {
        _lock = folderLock;
        _folder = opened.Folder;
        _streams = opened.Streams;
        _pending = new PendingLog(opened.Tail, options.SegmentBytes);
        _availability = new Availability(options.Directory, time, TryAgain);
        _segments = new SegmentSupply(_gate, _folder, _availability, options.SegmentBytes, threads, logger);
        _commit = new GroupCommit(_gate, _pending, _segments, _availability, options.Directory, logger);
        var compacted = new CompactedFiles(options.SegmentBytes);
        _compaction = new BackgroundCompaction(
            _gate, _folder, compacted, _streams, _segments, _availability, options.SegmentBytes, threads, logger);
        _reading = new StreamReading(_gate, _folder, _streams, _pending);
        _lazy = time.CreateTimer(_ => WantLast(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _segments.Changed = _commit.TryAgain;
        _segments.Closed = _compaction.Consider;
        lock (_gate)
        {
            compacted.Begin(opened.Snapshot, opened.Archives);
            _segments.Begin(opened.Current, opened.Next, opened.Tail.Segment);
            _compaction.Consider();
        }

        _commit.Start(threads);
    }

    /// <summary>Opens the folder, cuts a torn tail, and tells <paramref name="reader"/> all that lives, in the order it was written.</summary>
    /// <exception cref="JournalInUseException">Another process has it open.</exception>
    /// <exception cref="JournalDamagedException">Stored data is not what was written; nothing was changed.</exception>
    public static JournalStore Open(JournalOptions options, IJournalReader reader, TimeProvider time, ILogger logger) =>
        Open(options, reader, time, logger, new DiskFiles());

    internal static JournalStore Open(
        JournalOptions options, IJournalReader reader, TimeProvider time, ILogger logger, IJournalFiles files, IEngineThreads? threads = null)
    {
        if (options.SegmentBytes < JournalOptions.SmallestSegment)
            throw new ArgumentException($"Segments must have at least {JournalOptions.SmallestSegment} bytes.", nameof(options));
        var folderLock = files.Take(options.Directory, time);
        var folder = new JournalFolder(files, options.Directory);
        try
        {
            return new JournalStore(options, folderLock, JournalOpening.Run(folder, reader, logger), time, logger, threads ?? MachineThreads.Instance);
        }
        catch
        {
            folder.CloseAll();
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Whether new work can be taken. What was taken before is written as soon as there is room.</summary>
    public JournalHealth Health => _availability.Health;

    /// <summary>A stream number that was never used in this folder.</summary>
    public ulong NextStream()
    {
        lock (_gate) return _streams.Next();
    }

    /// <summary>
    /// Adds a record that must not be refused. Without <paramref name="onDurable"/> it goes to the disk with the next flush
    /// anybody asks for, or some milliseconds later. With it, a flush begins as soon as the one under way ends.
    /// </summary>
    /// <param name="stream">From <see cref="NextStream"/>.</param>
    /// <param name="mark">What the record means for the records before it.</param>
    /// <param name="payload">Copied before the call returns. At most 256 MB.</param>
    /// <param name="onDurable">Called once, in append order, on the journal's thread: be brief.</param>
    /// <exception cref="InvalidOperationException">The stream has ended, and the record neither begins it again nor purges it.</exception>
    /// <exception cref="JournalUnavailableException">The disk failed: see <see cref="JournalState.Broken"/>.</exception>
    public void Append(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload, IDurableCallback? onDurable = null) =>
        Add(stream, mark, payload, onDurable, mayRefuse: false);

    /// <summary>Like <see cref="Append"/>, but refused (<see langword="false"/>, nothing added) while there is no room for new work.</summary>
    public bool TryAppend(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload, IDurableCallback onDurable) =>
        Add(stream, mark, payload, onDurable, mayRefuse: true);

    /// <summary>The records of a stream since its last <see cref="RecordMark.Begin"/>, oldest first, flushed or not; none if it is unknown or purged.</summary>
    /// <exception cref="JournalDamagedException">What is stored is not what was written.</exception>
    public IReadOnlyList<byte[]> ReadStream(ulong stream)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _reading.Read(stream);
    }

    /// <summary>Completes when all that was appended before is on the disk.</summary>
    /// <exception cref="JournalUnavailableException">The disk failed, or the journal was closed while it was full.</exception>
    public Task FlushAsync()
    {
        var waiter = new FlushWaiter();
        return WantLast(waiter) ? waiter.Task : Task.CompletedTask;
    }

    /// <summary>Flushes all that was appended and closes the folder. What finds no room on a full disk was never acknowledged and is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
        }

        await _commit.StopAsync();
        await _compaction.DisposeAsync();
        await _segments.CloseAsync();
        await _lazy.DisposeAsync();
        _availability.Dispose();
        _commit.Dispose();
        _folder.CloseAll();
        _lock.Dispose();
    }

    /// <summary>Compacts all that was appended before, without waiting until it is worth it.</summary>
    internal async Task CompactAsync()
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            _pending.RollNow();
        }

        await FlushAsync();
        await _compaction.RunAsync();
    }

    private bool Add(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload, IDurableCallback? onDurable, bool mayRefuse)
    {
        ArgumentOutOfRangeException.ThrowIfZero(stream);
        if (payload.Length > Frame.MaxPayload) throw new ArgumentException($"A record of {payload.Length} bytes is too long.", nameof(payload));
        bool wake;
        lock (_gate)
        {
            ThrowIfUnusable();
            if (mayRefuse && _availability.IsFull) return false;
            LookForRoom();
            if ((mark & (RecordMark.Begin | RecordMark.Purge)) == RecordMark.None && _streams.HasEnded(stream))
                throw new InvalidOperationException($"Stream {stream} has ended: only Begin or Purge may follow.");
            var index = _streams.NextIndex(stream);
            _streams.Add(stream, mark, index, _pending.Add(stream, index, mark, payload));
            if ((mark & RecordMark.Purge) != RecordMark.None && _compaction.WantsRoll()) _pending.DemandRoll();
            wake = Want(onDurable);
        }

        if (wake) _commit.Wake();
        return true;
    }

    /// <summary>Notes who waits for the record just added; whether the writer must be woken.</summary>
    private bool Want(IDurableCallback? onDurable)
    {
        var open = _pending.Open!;
        if (onDurable is not null)
        {
            open.Callbacks.Add(onDurable);
            open.IsWanted = true;
        }
        else if (!open.IsWanted && !_isLazyArmed)
        {
            _isLazyArmed = true;
            _lazy.Change(LazyFlush, Timeout.InfiniteTimeSpan);
        }

        return (open.IsWanted || _pending.First != open) && _commit.MustWake();
    }

    /// <summary>All appended so far is to be flushed now; <see langword="false"/> if it is.</summary>
    private bool WantLast(FlushWaiter? waiter)
    {
        bool wake;
        lock (_gate)
        {
            if (waiter is null) _isLazyArmed = false;
            else ThrowIfUnusable();
            if (_pending.Last is not { } last) return false;
            LookForRoom();
            last.IsWanted = true;
            if (waiter is not null) last.Callbacks.Add(waiter);
            wake = _commit.MustWake();
        }

        if (wake) _commit.Wake();
        return true;
    }

    private void TryAgain()
    {
        lock (_gate) _segments.Refill();
        _commit.TryAgain();
    }

    /// <summary>Whoever wants something written is an occasion to try a full disk again.</summary>
    private void LookForRoom()
    {
        if (!_availability.IsFull) return;
        _segments.Refill();
        _commit.AllowRetry();
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_availability.Failure is not null) throw _availability.Unavailable();
    }
}
