using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <param name="SegmentBytes">A segment that would grow beyond it is followed by a new one.</param>
/// <param name="Appends">So many appends to a segment at most; an append blob takes 50,000.</param>
internal sealed record LogLimits(long SegmentBytes = 64 * 1024 * 1024, int Appends = 49_000);

/// <summary>Puts frames at the end of the last segment, or of a new one, which begins with where the log stands.</summary>
internal sealed class LogSegmentWriter(
    IBlobStore store, TaskId task, LogLimits limits, TimeProvider time, Func<LogBeginning> beginning)
{
    private LogSegment? _segment;
    private long _length;
    private int _appends;

    /// <summary>Goes on with a segment that is there.</summary>
    public void Continue(LogSegment segment, long length, int appends) => (_segment, _length, _appends) = (segment, length, appends);

    /// <exception cref="LogSupersededException">Another writer has written to this log.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> frame, long firstSeq, CancellationToken cancellationToken)
    {
        if (_segment is null || _appends >= limits.Appends || (_length > 0 && _length + frame.Length > limits.SegmentBytes)) Next(firstSeq);
        while (true)
        {
            var content = _length > 0 ? frame : WithBeginning(frame.Span, firstSeq);
            if (await store.TryAppendAsync(_segment!.Name, content, _length, BlobDurability.Process, cancellationToken) is { } length)
            {
                _length = length;
                _appends++;
                return;
            }

            // Refused at the length it has: the blob is full. At another one: somebody else has written.
            var found = await store.GetPropertiesAsync(_segment.Name, cancellationToken);
            if (found?.Length != _length) throw new LogSupersededException(task);
            Next(firstSeq);
        }
    }

    private void Next(long firstSeq)
    {
        _segment = LogSegment.Create(task, firstSeq, (_segment?.Ordinal ?? 0) + 1);
        _length = 0;
        _appends = 0;
    }

    private byte[] WithBeginning(ReadOnlySpan<byte> frame, long firstSeq)
    {
        var body = beginning().ToBytes();
        var content = new byte[LogFrame.FixedLength + body.Length + frame.Length];
        body.CopyTo(content, LogFrame.FixedLength);
        var header = new LogFrame
        {
            Kind = LogFrame.Positions,
            FirstSeq = firstSeq,
            Lines = 0,
            Time = time.GetUtcNow().ToUnixTimeMilliseconds(),
            SourceOffset = 0,
            StepId = "",
            Run = "",
        };
        header.WriteHeader(content.AsSpan(0, LogFrame.FixedLength + body.Length));
        frame.CopyTo(content.AsSpan(LogFrame.FixedLength + body.Length));
        return content;
    }
}

/// <summary>Another writer has gone on with the log of <paramref name="task"/>: who gets this has lost the task and must stop.</summary>
public sealed class LogSupersededException(TaskId task) : Exception($"The log of task {task} is written by another host now.");
