using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>Where a log ends, found by reading its last segment; a torn end is cut off.</summary>
internal sealed class LogEnd
{
    private readonly Dictionary<(string Run, LogStream Stream), LogPosition> _positions = [];

    public LogSegment? Segment { get; private set; }

    public long Length { get; private set; }

    /// <summary>How many frames the segment holds, and so at least as many as appends.</summary>
    public int Frames { get; private set; }

    public long LastSeq { get; private set; }

    /// <summary><see langword="null"/> if it was not counted from its beginning.</summary>
    public LogCounts? Counts { get; private set; }

    public IReadOnlyCollection<LogPosition> Positions => _positions.Values;

    public static async Task<LogEnd> FindAsync(IBlobStore store, TaskId task, CancellationToken cancellationToken)
    {
        var end = new LogEnd { Counts = LogCounting.Zero };
        var segments = await LogSegment.ListAsync(store, task, cancellationToken);
        if (segments.Count == 0) return end;
        var last = segments[^1];
        end.Segment = last;

        // 1. The last segment tells all, for it begins with the positions; unless the crash left nothing whole in it.
        foreach (var segment in segments.Reverse())
        {
            var (length, frames) = await end.ReadAsync(store, segment, cancellationToken);
            if (segment == last) (end.Length, end.Frames) = (length, frames);
            if (frames > 0) break;
        }

        // 2. What a crash left half written is cut off: the whole part is written anew. Azure Storage's appends are never half.
        await CutAsync(store, last, end.Length, cancellationToken);
        return end;
    }

    private async Task<(long Length, int Frames)> ReadAsync(IBlobStore store, LogSegment segment, CancellationToken cancellationToken)
    {
        LastSeq = Math.Max(LastSeq, segment.FirstSeq - 1);
        var frames = 0;
        await using var reader = new LogFrameReader(store, segment, 0);
        while (await reader.NextAsync(cancellationToken) is { } frame)
        {
            if (await reader.ReadBodyAsync(cancellationToken) is not { } body) break;
            frames++;
            Take(frame, body.Span);
        }

        return (reader.FrameEnd, frames);
    }

    private void Take(in LogFrame frame, ReadOnlySpan<byte> body)
    {
        LastSeq = Math.Max(LastSeq, frame.LastSeq);
        if (frame.Kind == LogFrame.Positions)
        {
            var beginning = LogBeginning.Read(body);
            Counts = beginning.Counts;
            foreach (var position in beginning.Positions) Set(position);
            return;
        }

        Counts = Counts?.Add(frame);
        if (frame.Stream != LogStream.System)
        {
            Set(new LogPosition(frame.StepId, frame.Run, frame.Stream, frame.SourceOffset, frame.Flags.HasFlag(LogFrameFlags.EndsInLine)));
        }
    }

    // Removed first, so that the order is that of the last write.
    private void Set(LogPosition position)
    {
        _positions.Remove((position.Run, position.Stream));
        _positions.Add((position.Run, position.Stream), position);
    }

    private static async Task CutAsync(IBlobStore store, LogSegment segment, long length, CancellationToken cancellationToken)
    {
        await using var whole = await store.OpenReadAsync(segment.Name, 0, length, cancellationToken);
        if (whole is null || whole.Properties.Length == length) return;
        var unchanged = BlobCondition.Unchanged(whole.Properties.ETag);
        if (await store.TryWriteAsync(segment.Name, whole.Content, unchanged, cancellationToken) is null)
            throw new IOException($"{segment.Name} is being written by another process.");
    }
}
