using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>A file whose readable records are looked at one by one.</summary>
/// <param name="File">The file.</param>
/// <param name="Limit">Where it ends; what follows is a write that was never acknowledged.</param>
/// <param name="Dropped">Streams in it that do not count.</param>
internal sealed record SalvageSource(LogFile File, long Limit, IReadOnlySet<ulong> Dropped)
{
    public LogFileKind Kind => File.Name.Kind;

    public static SalvageSource Whole(LogFile file, IReadOnlySet<ulong>? dropped = null) =>
        new(file, file.Content.Length, dropped ?? new HashSet<ulong>());

    /// <summary>The last segment in use: like an opening does, it leaves out a torn last write.</summary>
    public static SalvageSource LastSegment(LogFile file)
    {
        using var reader = new SalvageReader(file);
        var (torn, lastWrite) = (-1L, -1L);
        while (reader.Next())
        {
            if (torn < 0 && reader.Offset > reader.PreviousEnd) torn = reader.PreviousEnd;
            if (reader.Header.StartsWrite) lastWrite = reader.Offset;
        }

        return Whole(file) with { Limit = torn >= 0 && lastWrite < torn ? torn : reader.PreviousEnd };
    }

    /// <summary>Whether this readable frame is a record that may count.</summary>
    public bool IsRecord(in FrameHeader header) =>
        header.Stream != 0 && !(Kind == LogFileKind.Archive && (header.Mark & RecordMark.Purge) != RecordMark.None) && !Dropped.Contains(header.Stream);
}
