using System.Buffers;
using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Records;

internal enum FrameFound
{
    Record,

    /// <summary>The end asked for, the end of the file, or unwritten space.</summary>
    End,

    /// <summary>Bytes that are no frame of this place.</summary>
    Damage,
}

/// <summary>Reads frames one after the other through one large buffer; nothing is allocated per frame.</summary>
internal sealed class FrameReader : IDisposable
{
    private const int LargestWindow = 1024 * 1024;
    private readonly IJournalFile _file;
    private readonly LogFileName _name;
    private readonly long _expectedEnd;
    private readonly long _end;
    private byte[] _window;
    private long _windowStart;
    private int _windowLength;
    private int _size;

    public FrameReader(LogFile file, long start, long end = long.MaxValue, int window = LargestWindow)
        : this(file.Content, file.Name, start, end, window)
    {
    }

    public FrameReader(IJournalFile file, LogFileName name, long start, long end, int window = LargestWindow)
    {
        _file = file;
        _name = name;
        _expectedEnd = end;
        _end = Math.Min(end, file.Length);
        _window = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(_end - start, 4096, window));
        _windowStart = Offset = start;
    }

    /// <summary>Where the frame last found begins, or would.</summary>
    public long Offset { get; private set; }

    public FrameHeader Header => Frame.Header(Bytes);

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Payload => Frame.Payload(Bytes);

    public int Size => _size;

    /// <summary>The frame as it lies in the file.</summary>
    private ReadOnlySpan<byte> Bytes => _window.AsSpan((int)(Offset - _windowStart), _size);

    public FrameFound Next() => At(Offset + _size);

    /// <summary>Looks for a frame at <paramref name="offset"/>; going on to higher ones is fastest.</summary>
    public FrameFound At(long offset)
    {
        Offset = offset;
        _size = 0;
        var left = _end - offset;
        if (left < Frame.HeaderBytes) return left <= 0 || IsZero((int)left) ? FrameFound.End : FrameFound.Damage;

        Hold(Frame.HeaderBytes);
        var size = Frame.Announced(_window.AsSpan((int)(offset - _windowStart), Frame.HeaderBytes));
        if (size == 0) return FrameFound.End;
        if (size < 0 || size > left) return FrameFound.Damage;

        Hold(size);
        if (!Frame.IsIntact(_window.AsSpan((int)(offset - _windowStart), size), _name, offset)) return FrameFound.Damage;
        _size = size;
        return FrameFound.Record;
    }

    /// <summary>The next record of a stream in a file that is complete; the journal's own frames are passed over.</summary>
    /// <exception cref="JournalDamagedException">The file ends or cannot be read before its end.</exception>
    public bool NextRecord(LogFile file)
    {
        while (Next() == FrameFound.Record)
        {
            if (Header.Stream != 0) return true;
        }

        return Offset == _expectedEnd ? false : throw new JournalDamagedException(file.Path, Offset, "records here have become unreadable");
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_window);

    private bool IsZero(int length)
    {
        Hold(length);
        return !_window.AsSpan((int)(Offset - _windowStart), length).ContainsAnyExcept((byte)0);
    }

    /// <summary>Has <paramref name="length"/> bytes from <see cref="Offset"/> on in the window.</summary>
    private void Hold(int length)
    {
        var windowEnd = _windowStart + _windowLength;
        if (Offset >= _windowStart && Offset + length <= windowEnd) return;

        var kept = Offset >= _windowStart && Offset < windowEnd ? (int)(windowEnd - Offset) : 0;
        var from = _windowLength - kept;
        if (length > _window.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length);
            _window.AsSpan(from, kept).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_window);
            _window = larger;
        }
        else
        {
            _window.AsSpan(from, kept).CopyTo(_window);
        }

        _windowStart = Offset;
        var want = (int)Math.Min(_window.Length, _end - Offset);
        var read = _file.Read(_window.AsSpan(kept, want - kept), Offset + kept);
        _windowLength = kept + read;
        if (_windowLength < length) throw new EndOfStreamException($"{_name} became shorter while it was read.");
    }
}
