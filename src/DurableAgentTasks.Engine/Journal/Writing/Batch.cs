using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>Frames that follow each other in one segment and go to the disk with one write and one flush.</summary>
internal sealed class Batch
{
    private const int SmallestBuffer = 64 * 1024;
    private byte[] _buffer = new byte[SmallestBuffer];

    public int Segment { get; private set; }

    public long Offset { get; private set; }

    public int Length { get; private set; }

    /// <summary>Somebody waits for it.</summary>
    public bool IsWanted { get; set; }

    public List<IDurableCallback> Callbacks { get; } = [];

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    public void Begin(int segment, long offset)
    {
        Segment = segment;
        Offset = offset;
        Length = 0;
        IsWanted = false;
        Callbacks.Clear();
    }

    public Span<byte> Reserve(int size)
    {
        if (Length + size > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(Length + size, _buffer.Length * 2));
        Length += size;
        return _buffer.AsSpan(Length - size, size);
    }

    public byte[] PayloadAt(long offset)
    {
        var start = _buffer.AsSpan((int)(offset - Offset));
        return Frame.Payload(start).ToArray();
    }
}
