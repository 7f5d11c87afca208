using System.Buffers;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// Reads the frames of one segment in order. Bodies that are not asked for are skipped, long ones without being read. What is not whole,
/// being torn by a crash or still written, ends the segment. Memory: one frame at most.
/// </summary>
internal sealed class LogFrameReader(IBlobStore store, LogSegment segment, long offset) : IAsyncDisposable
{
    private const int ReadAhead = 64 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ReadAhead);
    private int _start;
    private int _end;
    private BlobReading? _reading;
    private long _length;
    private long _position = offset;
    private LogFrame _frame;
    private bool _bodyAhead;
    private bool _ended;

    public LogSegment Segment => segment;

    /// <summary>Where the frame last given begins.</summary>
    public long FrameStart { get; private set; } = offset;

    /// <summary>Where the frame last given ends.</summary>
    public long FrameEnd { get; private set; } = offset;

    /// <summary>How long the segment was when it was opened.</summary>
    public long Length => _length;

    public async ValueTask<LogFrame?> NextAsync(CancellationToken cancellationToken)
    {
        if (_bodyAhead) await SkipAsync(_frame.BodyLength, cancellationToken);
        _bodyAhead = false;
        if (_ended || !await FillAsync(LogFrame.FixedLength, cancellationToken)) return null;
        var headerLength = LogFrame.ReadHeaderLength(_buffer.AsSpan(_start, LogFrame.FixedLength));
        if (headerLength == 0 || !await FillAsync(headerLength, cancellationToken)) return null;
        if (LogFrame.Read(_buffer.AsSpan(_start, headerLength)) is not { } frame) return null;
        var end = _position + headerLength + frame.BodyLength;
        if (end > _length) return null;

        FrameStart = _position;
        FrameEnd = end;
        Advance(headerLength);
        _frame = frame;
        _bodyAhead = true;
        return frame;
    }

    /// <summary>The body of the frame last given, good until the next call; <see langword="null"/> if it is damaged, which ends the segment.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(CancellationToken cancellationToken)
    {
        _bodyAhead = false;
        if (await FillAsync(_frame.BodyLength, cancellationToken))
        {
            var body = _buffer.AsMemory(_start, _frame.BodyLength);
            Advance(body.Length);
            if (_frame.Fits(body.Span)) return body;
        }

        FrameEnd = FrameStart;
        _ended = true;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_reading is not null) await _reading.DisposeAsync();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count) return true;
        MakeRoom(count);
        if (_reading is null && !await OpenAsync(cancellationToken)) return false;
        while (_end - _start < count)
        {
            var read = await _reading!.Content.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0) return false;
            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        var target = count <= _buffer.Length ? _buffer : ArrayPool<byte>.Shared.Rent(count + LogFrame.MaxHeaderLength);
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        if (target != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = target;
        _end -= _start;
        _start = 0;
    }

    private async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        _reading = await store.OpenReadAsync(segment.Name, _position + _end - _start, null, cancellationToken);
        _length = _reading?.Properties.Length ?? 0;
        return _reading is not null;
    }

    private async ValueTask SkipAsync(int count, CancellationToken cancellationToken)
    {
        var buffered = Math.Min(count, _end - _start);
        Advance(buffered);
        count -= buffered;
        if (count <= ReadAhead)
        {
            if (await FillAsync(count, cancellationToken)) Advance(count);
            return;
        }

        _position += count;
        await _reading!.DisposeAsync();
        _reading = null;
    }

    private void Advance(int count)
    {
        _start += count;
        _position += count;
    }
}
