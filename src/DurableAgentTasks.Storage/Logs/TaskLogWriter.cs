using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// Writes a task's log; one writer at a time. What is appended is on its way to no reader before it is stored, and survives the end of
/// this process once the call returns. After an exception the writer is of no more use: open a new one, which goes on where the log ends.
/// </summary>
/// <remarks>
/// How an append goes:
/// 1. The chunk is taken in slices, so that frames and memory stay bounded.
/// 2. Of a slice, the bytes up to the last newline are taken, after what was held back; the unfinished line is held back, unless the
///    source ends or the line is longer than a page shows of one. So the frame a line begins in has all of it that pages show.
/// 3. The lines that begin in the frame get the next numbers. Nothing is decoded or cut; they are counted.
/// 4. The frame with its lines and the source's position goes to the store in one append, and only then counts.
/// </remarks>
public sealed class TaskLogWriter : IDisposable
{
    private const int SliceBytes = 1024 * 1024;
    private const int RememberedSources = 256;
    private readonly TimeProvider _time;
    private readonly LogSegmentWriter _segments;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<(string Run, LogStream Stream), LogSourceState> _sources = new();
    private readonly LogGrowth _growth;
    private LogCounts? _counts;
    private long _writes;
    private bool _broken;
    private IOException? _failure;

    private TaskLogWriter(IBlobStore store, TaskId task, TimeProvider time, LogLimits limits, LogEnd end)
    {
        _time = time;
        _growth = new LogGrowth(end.LastSeq);
        _counts = end.Counts;
        _segments = new LogSegmentWriter(store, task, limits, time, () => new LogBeginning(RecentPositions(), _counts));
        if (end.Segment is { } segment) _segments.Continue(segment, end.Length, end.Frames);
        foreach (var position in end.Positions)
        {
            _sources[(position.Run, position.Stream)] = new LogSourceState(position) { LastWrite = _writes++ };
        }
    }

    /// <summary>The number of the last line that is stored; 0 if there is none.</summary>
    public long LastSeq => _growth.LastSeq;

    /// <summary>Opens the log of a task, new or old; a torn end is cut off.</summary>
    public static Task<TaskLogWriter> OpenAsync(IBlobStore store, TaskId task, TimeProvider time, CancellationToken cancellationToken) =>
        OpenAsync(store, task, time, new LogLimits(), cancellationToken);

    /// <summary>How much of an output is stored: from there on it is to be appended, after a crash too. 0 if nothing is.</summary>
    public long OffsetOf(string run, LogStream stream) =>
        _sources.TryGetValue((run, stream), out var source) ? source.Position.Offset : 0;

    /// <summary>Appends a chunk of an output, cut anywhere.</summary>
    /// <param name="source">Which output.</param>
    /// <param name="bytes">The bytes that follow those of the call before.</param>
    /// <param name="offsetAfter">How far into the output they reach.</param>
    /// <param name="endOfStream">No more will come: an unfinished line is stored as it is.</param>
    /// <param name="cancellationToken">Ends the call; the writer is of no more use then.</param>
    /// <exception cref="IOException">The store failed, now or at an append before.</exception>
    /// <exception cref="LogSupersededException">Another writer has gone on with the log.</exception>
    public async ValueTask AppendAsync(
        LogSource source, ReadOnlyMemory<byte> bytes, long offsetAfter, bool endOfStream, CancellationToken cancellationToken)
    {
        CheckName(source.StepId);
        CheckName(source.Run);
        await EnterAsync(cancellationToken);
        try
        {
            var state = StateOf(source);

            // 1. In slices; an empty chunk is one too, for it may bring the end.
            do
            {
                var slice = bytes[..Math.Min(bytes.Length, SliceBytes)];
                bytes = bytes[slice.Length..];
                await AppendSliceAsync(state, slice, offsetAfter - bytes.Length, endOfStream && bytes.IsEmpty, cancellationToken);
            }
            while (!bytes.IsEmpty);

            if (endOfStream) state.Release(forGood: true);
            _broken = false;
        }
        catch (IOException error)
        {
            _failure = error;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Appends a line of the service's own; several if the text has newlines.</summary>
    public ValueTask SystemLineAsync(string text, CancellationToken cancellationToken) =>
        AppendAsync(new LogSource("", "", LogStream.System), Encoding.UTF8.GetBytes(text + "\n"), 0, endOfStream: true, cancellationToken);

    /// <summary>Waits until a line above <paramref name="after"/> is stored.</summary>
    /// <returns><see langword="false"/> if the writer was disposed before.</returns>
    public ValueTask<bool> WaitAsync(long after, CancellationToken cancellationToken) => _growth.WaitAsync(after, cancellationToken);

    /// <summary>Ends the waiting of followers. All that was appended is stored already.</summary>
    public void Dispose() => _growth.End();

    internal static async Task<TaskLogWriter> OpenAsync(
        IBlobStore store, TaskId task, TimeProvider time, LogLimits limits, CancellationToken cancellationToken) =>
        new(store, task, time, limits, await LogEnd.FindAsync(store, task, cancellationToken));

    private async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        if (!_broken)
        {
            _broken = true; // Until the append is through.
            return;
        }

        _gate.Release();
        const string message = "An append has failed before: open the log anew.";
        throw _failure is null ? new InvalidOperationException(message) : new IOException(message, _failure);
    }

    private static void CheckName(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) > byte.MaxValue)
            throw new ArgumentException($"A step's or run's name is at most {byte.MaxValue} bytes of UTF-8.", nameof(name));
    }

    private LogSourceState StateOf(LogSource source) => _sources.GetOrAdd(
        (source.Run, source.Stream),
        static (_, source) => new LogSourceState(new LogPosition(source.StepId, source.Run, source.Stream, 0, InLine: false)),
        source);

    private async ValueTask AppendSliceAsync(
        LogSourceState state, ReadOnlyMemory<byte> slice, long offsetAfter, bool end, CancellationToken cancellationToken)
    {
        // 2. Lines that are whole, and more only if they must be broken.
        var whole = slice.Span.LastIndexOf((byte)'\n') + 1;
        var unfinished = slice.Length - whole + (whole == 0 ? state.Held.Length : 0);
        var taken = end || unfinished > LogText.MaxLineBytes ? slice.Length : whole;
        if (taken > 0 || end)
        {
            var position = state.Position with { Offset = offsetAfter - (slice.Length - taken) };
            await WriteFrameAsync(state, slice[..taken], position, cancellationToken);
            state.Release(forGood: false);
        }

        state.Hold(slice.Span[taken..]);
    }

    private async ValueTask WriteFrameAsync(
        LogSourceState state, ReadOnlyMemory<byte> bytes, LogPosition position, CancellationToken cancellationToken)
    {
        if (state.Held.Length + bytes.Length == 0) return;
        var header = LogFrame.HeaderLength(position.StepId, position.Run);
        var length = header + state.Held.Length + bytes.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            state.Held.CopyTo(buffer.AsSpan(header));
            bytes.Span.CopyTo(buffer.AsSpan(header + state.Held.Length));
            var frame = Describe(state, position, buffer.AsSpan(header, length - header));
            frame.WriteHeader(buffer.AsSpan(0, length));

            // 4. Stored, then counted.
            await _segments.AppendAsync(buffer.AsMemory(0, length), frame.FirstSeq, cancellationToken);
            state.Position = position with { InLine = frame.Flags.HasFlag(LogFrameFlags.EndsInLine) };
            state.LastWrite = _writes++;
            _counts = _counts?.Add(frame with { BodyLength = length - header });
            _growth.Reach(frame.LastSeq);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private LogFrame Describe(LogSourceState state, LogPosition position, ReadOnlySpan<byte> body)
    {
        // 3. A continued line has its number already, an unfinished one gets it now.
        var endsLine = body[^1] == '\n';
        var begins = state.Position.InLine ? LogFrameFlags.BeginsInLine : LogFrameFlags.None;
        var ends = endsLine ? LogFrameFlags.None : LogFrameFlags.EndsInLine;
        return new LogFrame
        {
            Kind = (byte)position.Stream,
            Flags = begins | ends,
            FirstSeq = LastSeq + 1,
            Lines = body.Count((byte)'\n') + Convert.ToInt32(!endsLine) - Convert.ToInt32(state.Position.InLine),
            Time = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            SourceOffset = position.Offset,
            StepId = position.StepId,
            Run = position.Run,
        };
    }

    /// <summary>What a new segment begins with. Steps run one after the other, so that few sources can still go on.</summary>
    private List<LogPosition> RecentPositions()
    {
        foreach (var (key, _) in _sources.OrderByDescending(source => source.Value.LastWrite).Skip(RememberedSources).ToList())
        {
            if (_sources[key].Held.Length == 0) _sources.TryRemove(key, out _);
        }

        return [.. _sources.Values.Where(source => source.Position.Stream != LogStream.System).OrderBy(source => source.LastWrite)
            .Select(source => source.Position)];
    }
}
