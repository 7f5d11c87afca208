using System.Buffers;
using System.Runtime.InteropServices;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>What lies behind the last intact frame of a file.</summary>
/// <param name="WrittenEnd">The first byte after which there are only zeros.</param>
/// <param name="LaterWrite">Where an intact write begins, if any does: it was begun after all before it had been flushed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TailSearch(long WrittenEnd, long? LaterWrite)
{
    private const int WindowBytes = 256 * 1024;

    public static TailSearch Run(LogFile file, long from)
    {
        var written = (Start: -1L, End: from);
        var window = ArrayPool<byte>.Shared.Rent(WindowBytes);
        for (var offset = from; ; offset += window.Length)
        {
            var bytes = window.AsSpan(0, file.Content.Read(window, offset));
            if (bytes.IsEmpty) break;
            var first = bytes.IndexOfAnyExcept((byte)0);
            if (first < 0) continue;
            if (written.Start < 0) written.Start = offset + first;
            written.End = offset + bytes.LastIndexOfAnyExcept((byte)0) + 1;
        }

        ArrayPool<byte>.Shared.Return(window);
        return new TailSearch(written.End, written.Start < 0 ? null : FindWrite(file, written.Start & ~7L, written.End));
    }

    private static long? FindWrite(LogFile file, long from, long end)
    {
        using var frames = new FrameReader(file, from);
        for (var offset = from; offset < end; offset += 8)
        {
            if (frames.At(offset) == FrameFound.Record && frames.Header.StartsWrite) return offset;
        }

        return null;
    }
}
