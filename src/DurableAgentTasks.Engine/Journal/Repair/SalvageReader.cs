using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>Reads every intact frame of a file, whatever lies between them.</summary>
internal sealed class SalvageReader(LogFile file) : IDisposable
{
    private readonly FrameReader _frames = new(file, FileHeader.Bytes);
    private readonly long _length = file.Content.Length;

    public FrameHeader Header => _frames.Header;

    public ReadOnlySpan<byte> Payload => _frames.Payload;

    public long Offset => _frames.Offset;

    /// <summary>The first byte after the frame before this one; after the last frame, the first byte after it.</summary>
    public long PreviousEnd { get; private set; } = FileHeader.Bytes;

    public bool Next()
    {
        PreviousEnd = Math.Max(FileHeader.Bytes, _frames.Offset + _frames.Size);
        for (var offset = PreviousEnd; offset < _length; offset += 8)
        {
            if (_frames.At(offset) == FrameFound.Record) return true;
        }

        return false;
    }

    public void Dispose() => _frames.Dispose();
}
