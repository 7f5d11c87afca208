using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>What reading a segment from its beginning found.</summary>
/// <param name="File">The segment.</param>
/// <param name="IsUsed">It has its first frame.</param>
/// <param name="PreviousEnd">Where that says the segment before ends.</param>
/// <param name="End">The first byte after the last intact frame.</param>
/// <param name="IsTorn">Something unreadable lies there, not unwritten space.</param>
/// <param name="LastStream">See <see cref="FrameHeader.Previous"/>.</param>
internal readonly record struct SegmentScan(LogFile File, bool IsUsed, long PreviousEnd, long End, bool IsTorn, uint LastStream)
{
    public static SegmentScan Run(LogFile file, StreamTable streams, IJournalReader reader)
    {
        using var frames = new FrameReader(file, FileHeader.Bytes);
        var found = frames.Next();
        if (found != FrameFound.Record || frames.Header.Stream != SegmentLink.Stream)
            return new SegmentScan(file, IsUsed: false, 0, FileHeader.Bytes, IsTorn: found == FrameFound.Damage, 0);

        var previousEnd = SegmentLink.PreviousEnd(frames.Payload);
        var lastStream = 0UL;
        while ((found = frames.Next()) == FrameFound.Record)
        {
            var header = frames.Header;
            var expected = streams.NextIndex(header.Stream);
            if (header.Index != expected)
                throw new JournalDamagedException(file.Path, frames.Offset, $"record {header.Index} of stream {header.Stream} follows {expected} others");
            streams.Add(header.Stream, header.Mark, header.Index, new Position(file.Name, frames.Offset));
            reader.Record(header.Stream, header.Mark, frames.Payload);
            lastStream = header.Stream;
        }

        file.End = frames.Offset;
        return new SegmentScan(file, IsUsed: true, previousEnd, frames.Offset, IsTorn: found == FrameFound.Damage, (uint)lastStream & FrameHeader.PreviousMask);
    }
}
