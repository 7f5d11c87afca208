using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Opening;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>
/// Finds what cannot be read and whose it was:
/// <list type="number">
/// <item>A stream whose record numbers have a gap has lost a record.</item>
/// <item>Each frame names the stream of the one before it: so the owner of the last unreadable frame before a readable one is known.</item>
/// <item>If more than that one is unreadable, their headers may still be: one that fits the next record of a stream accuses it.</item>
/// <item>A stream that begins again or is purged later has lost nothing that counts.</item>
/// </list>
/// </summary>
internal sealed class SalvageVerdict(SalvageFolder folder)
{
    private readonly List<DamagedStretch> _damage = [];
    private readonly HashSet<LogFileName> _damagedFiles = [];

    public SalvagedStreams Streams { get; } = new();

    public IReadOnlyList<DamagedStretch> Damage => _damage;

    public IReadOnlyCollection<LogFileName> DamagedFiles => _damagedFiles;

    public static SalvageVerdict On(SalvageFolder folder)
    {
        var verdict = new SalvageVerdict(folder);
        verdict.Run();
        return verdict;
    }

    private void Run()
    {
        Streams.AtLeast(folder.Manifest?.HighestStream ?? 0);
        foreach (var name in folder.Missing) _damage.Add(new DamagedStretch(name.ToString(), 0, 0));
        foreach (var file in folder.Unused) CheckHeader(file);
        foreach (var archive in folder.Kept) AddArchive(archive);
        for (var i = 0; i < folder.Sources.Count; i++)
        {
            CheckHeader(folder.Sources[i].File);
            Read(i);
        }
    }

    private void AddArchive(KeptArchive archive) =>
        ArchiveIndex.Read(folder.FileOf(archive), (place, _) =>
        {
            if (!archive.Dropped.Contains(place.Stream)) Streams.AddArchived(place.Stream, place.NextIndex, archive);
        });

    private void CheckHeader(LogFile file)
    {
        if (FileHeader.Problem(file.Content, file.Name) is not null) AddDamage(file, 0, FileHeader.Bytes);
    }

    private void Read(int index)
    {
        var source = folder.Sources[index];
        var ended = false;
        using var reader = new SalvageReader(source.File);
        while (reader.Next() && reader.Offset < source.Limit)
        {
            var header = reader.Header;
            if (reader.Offset > reader.PreviousEnd) AddUnreadable(source.File, reader.PreviousEnd, reader.Offset, header.Previous);
            if (source.IsRecord(header)) Streams.Add(header, new RecordPlace(index, reader.Offset));
            else if (source.Kind == LogFileKind.Archive) CheckEntry(source, header, new RecordPlace(index, reader.Offset));
            ended = header is { Stream: 0, Mark: RecordMark.End } && reader.Offset + Frame.Size(reader.Payload.Length) == source.Limit;
        }

        if (source.Kind != LogFileKind.Segment && !ended) AddDamage(source.File, reader.PreviousEnd, source.Limit - reader.PreviousEnd);
        if (source.Kind == LogFileKind.Segment && index + 1 < folder.Sources.Count) CheckEnd(source.File, reader.PreviousEnd, folder.Sources[index + 1].File);
        if (source.Kind == LogFileKind.Archive) Streams.AccuseUnended(index);
    }

    /// <summary>An index entry of a damaged archive: all the records it speaks of must have been found.</summary>
    private void CheckEntry(SalvageSource source, FrameHeader header, RecordPlace place)
    {
        if (header.Stream != ArchiveIndex.TrailerStream && !source.Dropped.Contains(header.Stream))
            Streams.CheckArchived(header.Stream, header.Index, place);
    }

    /// <summary>The next segment begins by saying where this one ends, and by naming the stream of its last frame.</summary>
    private void CheckEnd(LogFile file, long end, LogFile next)
    {
        using var frames = new FrameReader(next, FileHeader.Bytes);
        if (frames.Next() == FrameFound.Record)
        {
            var expected = SegmentLink.PreviousEnd(frames.Payload);
            if (expected != end) AddUnreadable(file, end, Math.Max(end, expected), frames.Header.Previous);
        }
        else if (TailSearch.Run(file, end).WrittenEnd is var written && written > end)
        {
            AddUnreadable(file, end, written, previous: 0);
        }
    }

    private void AddUnreadable(LogFile file, long from, long to, uint previous)
    {
        AddDamage(file, from, to - from);

        // 2.
        if (previous != 0) Streams.Accuse(previous);

        // 3.
        var start = new byte[Frame.HeaderBytes];
        for (var offset = from; offset + Frame.HeaderBytes <= to && file.Content.Read(start, offset) == start.Length;)
        {
            var size = Frame.Announced(start);
            if (size <= 0 || (previous != 0 && offset == from && size == to - from)) return;
            var header = Frame.Header(start);
            if (!Streams.Accuse(header.Stream, header.Index)) return;
            offset += size;
        }
    }

    private void AddDamage(LogFile file, long offset, long length)
    {
        _damage.Add(new DamagedStretch(file.Name.ToString(), offset, length));
        _damagedFiles.Add(file.Name);
    }
}
