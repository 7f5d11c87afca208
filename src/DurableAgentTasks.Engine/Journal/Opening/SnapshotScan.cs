using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>Reads a snapshot and the archives it names.</summary>
internal sealed class SnapshotScan(JournalFolder folder, LogFile snapshot, StreamTable streams, IJournalReader reader) : IDisposable
{
    private readonly FrameReader _frames = new(snapshot, FileHeader.Bytes);

    /// <summary>Archived streams first, then the snapshot's records.</summary>
    public List<Archive> Run()
    {
        var manifest = ReadManifest(RecordMark.Begin);
        streams.Highest = manifest.HighestStream;
        var archives = manifest.Archives.Select(ReadArchive).ToList();
        var records = ReadRecords();
        if (ReadManifest(RecordMark.End).Records != records || _frames.Next() != FrameFound.End || _frames.Offset != snapshot.Content.Length)
            throw Damage("the snapshot does not end as it should");
        snapshot.End = _frames.Offset;
        return archives;
    }

    public void Dispose() => _frames.Dispose();

    private Manifest ReadManifest(RecordMark mark)
    {
        if (mark == RecordMark.Begin) _frames.Next();
        return _frames.Size > 0 && _frames.Header.Stream == Manifest.Stream && _frames.Header.Mark == mark
            ? Manifest.Of(_frames.Payload)
            : throw Damage("unreadable");
    }

    private Archive ReadArchive(ArchiveEntry entry)
    {
        var name = LogFileName.Archive(entry.Number);
        if (!folder.Files.Exists(name.In(folder.Path))) throw new JournalDamagedException(name.In(folder.Path), 0, "the file is missing");
        var file = folder.Open(name);
        FileHeader.Check(file);

        var archive = new Archive(file, entry.Dropped);
        ArchiveIndex.Read(file, (place, endPayload) =>
        {
            if (!archive.Add(place)) return;
            streams.AddArchived(place.Stream, new ArchivedStream(archive, place.Offset, place.Length, place.NextIndex));
            reader.Archived(place.Stream, endPayload);
        });
        return archive;
    }

    /// <summary>Stops at the last frame.</summary>
    private ulong ReadRecords()
    {
        var count = 0UL;
        while (_frames.Next() == FrameFound.Record && _frames.Header is var header && header.Stream != Manifest.Stream)
        {
            var begins = (header.Mark & RecordMark.Begin) != RecordMark.None;
            if (header.Index != streams.NextIndex(header.Stream) && !(begins && !streams.TryGetLive(header.Stream, out _)))
                throw Damage($"record {header.Index} of stream {header.Stream} follows {streams.NextIndex(header.Stream)} others");
            streams.Add(header.Stream, header.Mark, header.Index, new Position(snapshot.Name, _frames.Offset));
            reader.Record(header.Stream, header.Mark, _frames.Payload);
            count++;
        }

        return count;
    }

    private JournalDamagedException Damage(string problem) => new(snapshot.Path, _frames.Offset, problem);
}
