using System.Buffers;
using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>Writes frames one after the other to a new file, through one large buffer.</summary>
internal sealed class FrameWriter(IJournalFile file, LogFileName name) : IDisposable
{
    private const int BufferBytes = 1024 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _length;
    private long _written = FileHeader.Bytes;
    private uint _previous;

    /// <summary>Where the next frame goes.</summary>
    public long Offset => _written + _length;

    public void Add(ulong stream, uint index, RecordMark mark, ReadOnlySpan<byte> payload)
    {
        var size = Frame.Size(payload.Length);
        if (_length + size > _buffer.Length) Empty();
        if (size > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        var header = new FrameHeader(stream, index, mark, StartsWrite: false, _previous);
        Frame.Write(_buffer.AsSpan(_length, size), name, Offset, header, payload);
        _previous = (uint)stream & FrameHeader.PreviousMask;
        _length += size;
    }

    /// <summary>Gives all frames so far to the file.</summary>
    public void Empty()
    {
        file.Write(_buffer.AsSpan(0, _length), _written);
        _written += _length;
        _length = 0;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
