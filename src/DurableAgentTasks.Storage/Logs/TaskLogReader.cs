using System.Runtime.CompilerServices;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// Reads a task's log, also while it is written, in bounded memory. It remembers where it stopped: whoever follows a log keeps one reader
/// and pays for what is new. Not for use by several callers at once.
/// </summary>
public sealed class TaskLogReader(IBlobStore store, TaskId task)
{
    private static readonly byte[] Newline = "\n"u8.ToArray();
    private Bookmark? _bookmark;

    /// <summary>The lines above <paramref name="after"/>, at most <paramref name="limit"/>, and fewer when they are long.</summary>
    /// <param name="after">A line's number; 0 begins.</param>
    /// <param name="limit">1 or more.</param>
    /// <param name="stream">Only lines of this one; <see langword="null"/>: of all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<LogPage> ReadPageAsync(long after, int limit, LogStream? stream, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var lines = new LogPageLines(limit);
        var next = after;
        await foreach (var (frame, reader) in FramesAsync(after, cancellationToken))
        {
            if (frame.LastSeq <= after || frame.Lines == 0) continue;
            _bookmark = new Bookmark(reader.Segment, reader.FrameStart, frame.FirstSeq);
            if (stream is null || frame.Stream == stream)
            {
                if (await reader.ReadBodyAsync(cancellationToken) is not { } body) continue;
                LogText.Read(frame, body.Span, after, lines);
                if (lines.IsFull) return lines.ToPage(lines.LastSeq ?? after);
            }

            next = frame.LastSeq;
        }

        return lines.ToPage(next);
    }

    /// <summary>The last <paramref name="count"/> lines, fewer when they are long; <c>next</c> goes on behind them.</summary>
    /// <inheritdoc cref="ReadPageAsync"/>
    public async Task<LogPage> ReadTailAsync(int count, LogStream? stream, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var after = await FindTailAsync(count, stream, cancellationToken);
        var lines = new LogPageLines(count) { KeepLast = true };
        var next = after;
        await foreach (var (frame, reader) in FramesAsync(after, cancellationToken))
        {
            if (frame.LastSeq <= after || frame.Lines == 0) continue;
            if (stream is null || frame.Stream == stream)
            {
                if (await reader.ReadBodyAsync(cancellationToken) is not { } body) continue;
                LogText.Read(frame, body.Span, after, lines);
            }

            next = frame.LastSeq;
        }

        return lines.ToPage(next);
    }

    /// <summary>
    /// The log as it came, byte for byte. Where another source's lines follow a line without end, a newline is put in; so a line that is
    /// longer than what the writer holds back may be broken there, unless one <paramref name="stream"/> is asked for.
    /// </summary>
    public async Task CopyRawAsync(Stream destination, LogStream? stream, CancellationToken cancellationToken)
    {
        LogFrame? unfinished = null;
        await foreach (var (frame, reader) in FramesAsync(0, cancellationToken))
        {
            if (frame.Kind == LogFrame.Positions || (stream is not null && frame.Stream != stream)) continue;
            if (await reader.ReadBodyAsync(cancellationToken) is not { } body) continue;
            if (unfinished is { } line && !Continues(frame, line)) await destination.WriteAsync(Newline, cancellationToken);
            await destination.WriteAsync(body, cancellationToken);
            unfinished = frame.Flags.HasFlag(LogFrameFlags.EndsInLine) ? frame : null;
        }
    }

    private static bool Continues(in LogFrame frame, in LogFrame line) =>
        frame.Flags.HasFlag(LogFrameFlags.BeginsInLine) && frame.Kind == line.Kind && frame.Run == line.Run;

    /// <summary>A number that at least <paramref name="count"/> lines are above, if there are so many, and not many frames more.</summary>
    private async Task<long> FindTailAsync(int count, LogStream? stream, CancellationToken cancellationToken)
    {
        var segments = await LogSegment.ListAsync(store, task, cancellationToken);
        long found = 0;
        foreach (var segment in segments.Reverse())
        {
            var frames = new Stack<(long FirstSeq, int Lines)>();
            await using var reader = new LogFrameReader(store, segment, 0);
            while (await reader.NextAsync(cancellationToken) is { } frame)
            {
                if (frame.Lines > 0 && (stream is null || frame.Stream == stream)) frames.Push((frame.FirstSeq, frame.Lines));
            }

            foreach (var (firstSeq, lines) in frames)
            {
                found += lines;
                if (found >= count) return firstSeq - 1;
            }
        }

        return 0;
    }

    /// <summary>The frames from about the first line above <paramref name="after"/> on, each with its reader.</summary>
    private async IAsyncEnumerable<(LogFrame Frame, LogFrameReader Reader)> FramesAsync(
        long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var segments = await LogSegment.ListAsync(store, task, cancellationToken);
        for (var i = FirstOf(segments, after); i < segments.Count; i++)
        {
            var offset = _bookmark is { } mark && mark.Segment == segments[i] && mark.FirstSeq <= after + 1 ? mark.Offset : 0;
            await using var reader = new LogFrameReader(store, segments[i], offset);
            while (await reader.NextAsync(cancellationToken) is { } frame) yield return (frame, reader);
        }
    }

    private static int FirstOf(IReadOnlyList<LogSegment> segments, long after)
    {
        // Raw reading wants every segment, also several that begin at the same number.
        var first = 0;
        for (var i = 0; after > 0 && i < segments.Count && segments[i].FirstSeq <= after + 1; i++) first = i;
        return first;
    }

    private readonly record struct Bookmark(LogSegment Segment, long Offset, long FirstSeq);
}
