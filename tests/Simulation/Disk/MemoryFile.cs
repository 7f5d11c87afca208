namespace DurableAgentTasks.Simulation.Disk;

/// <summary>A file, and what a crash takes back of it.</summary>
internal sealed class MemoryFile(byte[] content)
{
    private readonly List<(long Offset, byte[] Before)> _unflushed = [];
    private byte[] _content = content;

    public long Length { get; private set; } = content.Length;

    public int Read(Span<byte> buffer, long offset)
    {
        var count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        _content.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var end = (int)offset + bytes.Length;
        if (end > _content.Length) Array.Resize(ref _content, Math.Max(end, _content.Length * 2));
        if (end > Length) Length = end;
        var target = _content.AsSpan((int)offset, bytes.Length);
        _unflushed.Add((offset, target.ToArray()));
        bytes.CopyTo(target);
    }

    public void Flush() => _unflushed.Clear();

    /// <summary>The file without what was not flushed.</summary>
    public MemoryFile Survivor()
    {
        var survivor = new MemoryFile(_content.AsSpan(0, (int)Length).ToArray());
        for (var i = _unflushed.Count - 1; i >= 0; i--) _unflushed[i].Before.CopyTo(survivor._content, _unflushed[i].Offset);
        return survivor;
    }
}
