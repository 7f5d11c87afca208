using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// What a log holds, counted up to a place in it. To count on, only what was added is read, and of that the headers; to begin, only the
/// last segment is.
/// </summary>
public sealed class LogTally
{
    private readonly LogSegment? _segment;
    private readonly long _offset;

    private LogTally(LogSegment? segment, long offset, LogCounts counts) => (_segment, _offset, Counts) = (segment, offset, counts);

    /// <summary>Of a log of which nothing was read yet.</summary>
    public static LogTally Empty { get; } = new(null, 0, LogCounting.Zero);

    public LogCounts Counts { get; }

    /// <summary>Counts on to the end of the log as it is now.</summary>
    public async Task<LogTally> AdvanceAsync(IBlobStore store, TaskId task, CancellationToken cancellationToken)
    {
        var segments = await LogSegment.ListAsync(store, task, cancellationToken);
        if (segments.Count == 0) return Empty;
        if (_segment is null) return await BeginAsync(store, segments, cancellationToken);
        var tally = this;
        foreach (var segment in segments.SkipWhile(segment => segment != _segment)) tally = await tally.ReadAsync(store, segment, cancellationToken);

        // It is gone: the log was deleted, and this is another one.
        return segments.Contains(_segment) ? tally : await BeginAsync(store, segments, cancellationToken);
    }

    private static async Task<LogTally> BeginAsync(IBlobStore store, IReadOnlyList<LogSegment> segments, CancellationToken cancellationToken)
    {
        await using (var reader = new LogFrameReader(store, segments[^1], 0))
        {
            var knows = await reader.NextAsync(cancellationToken) is { Kind: LogFrame.Positions }
                && await reader.ReadBodyAsync(cancellationToken) is { } body && LogBeginning.Read(body.Span).Counts is not null;
            if (knows) return await Empty.ReadAsync(store, segments[^1], cancellationToken);
        }

        var tally = Empty;
        foreach (var segment in segments) tally = await tally.ReadAsync(store, segment, cancellationToken);
        return tally;
    }

    private async Task<LogTally> ReadAsync(IBlobStore store, LogSegment segment, CancellationToken cancellationToken)
    {
        var counts = Counts;
        await using var reader = new LogFrameReader(store, segment, segment == _segment ? _offset : 0);
        while (await reader.NextAsync(cancellationToken) is { } frame)
        {
            if (frame.Kind != LogFrame.Positions) counts = counts.Add(frame);
            else if (await reader.ReadBodyAsync(cancellationToken) is { } body && LogBeginning.Read(body.Span).Counts is { } before) counts = before;
        }

        return new LogTally(segment, reader.FrameEnd, counts);
    }
}
