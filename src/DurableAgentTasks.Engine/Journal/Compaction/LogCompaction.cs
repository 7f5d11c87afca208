using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>
/// Folds the snapshot and the closed segments into a new snapshot and an archive. It reads only files that do not change, so
/// appends go on beside it, and needs memory for a small struct per stream in them.
/// <list type="number">
/// <item>Find out what became of each stream.</item>
/// <item>Move what counts of mostly dead or small archives to the new archive.</item>
/// <item>Copy the records of streams that have not ended to the new snapshot, in the order of writing.</item>
/// <item>Move those of ended streams to the new archive, stream by stream.</item>
/// <item>Finish the archive, then the snapshot: it says which archives count, so its name is the moment all of it becomes true.</item>
/// </list>
/// </summary>
internal sealed class LogCompaction(JournalFolder folder, CompactionInput input, CancellationToken cancellationToken)
{
    private const int SourceWindow = 16 * 1024;
    private readonly List<(ulong Stream, Position Position)> _ended = [];
    private StreamFates _fates = new();

    /// <exception cref="UndecidedException">The last step failed: the folder may hold the new state or the old one.</exception>
    public CompactionOutput Run()
    {
        // 1.
        _fates = StreamFates.Of(input.Closed, cancellationToken);
        using var archive = new UnfinishedFile(folder, LogFileName.Archive(input.Number));
        using var archiveWriter = new ArchiveWriter(archive.Content, archive.Name);
        FoldArchives(archiveWriter);
        var hasArchive = archiveWriter.Places.Count > 0 || _fates.AnyEnded;

        using var snapshot = new UnfinishedFile(folder, LogFileName.Snapshot(input.Number));
        var archives = ArchivesAfter(hasArchive);
        CopyLive(snapshot, archives);
        MoveEnded(archiveWriter);

        // 5.
        snapshot.Content.Flush();
        var finishedArchive = hasArchive ? archive.Finish() : null;
        try
        {
            return new CompactionOutput(snapshot.Finish(), archives, finishedArchive, archiveWriter.Places);
        }
        catch (IOException e)
        {
            throw new UndecidedException(e);
        }
    }

    private List<ArchiveEntry> ArchivesAfter(bool hasNew)
    {
        var archives = input.Archives
            .Where(old => !old.MustFold)
            .Select(old => new ArchiveEntry(old.Archive.Number, old.DroppedBy(_fates)))
            .ToList();
        if (hasNew) archives.Add(new ArchiveEntry(input.Number, new HashSet<ulong>()));
        return archives;
    }

    // 2.
    private void FoldArchives(ArchiveWriter target)
    {
        foreach (var old in input.Archives.Where(old => old.MustFold))
        {
            var dropped = old.DroppedBy(_fates);
            var file = old.Archive.File;
            ArchiveIndex.Read(file, (place, _) =>
            {
                if (dropped.Contains(place.Stream)) return;
                cancellationToken.ThrowIfCancellationRequested();
                using var frames = new FrameReader(file, place.Offset, place.Offset + place.Length);
                while (frames.NextRecord(file)) target.Add(frames.Header, frames.Payload);
            });
        }
    }

    // 3.
    private void CopyLive(UnfinishedFile snapshot, IReadOnlyList<ArchiveEntry> archives)
    {
        using var target = new FrameWriter(snapshot.Content, snapshot.Name);
        var manifest = new Manifest(input.HighestStream, 0, archives);
        target.Add(Manifest.Stream, 0, RecordMark.Begin, manifest.ToBytes());
        var count = 0UL;
        foreach (var file in input.Closed)
        {
            using var frames = new FrameReader(file, FileHeader.Bytes, file.End);
            while (frames.NextRecord(file))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var header = frames.Header;
                if (!_fates.Keeps(header)) continue;
                if (_fates.HasEnded(header.Stream))
                {
                    _ended.Add((header.Stream, new Position(file.Name, frames.Offset)));
                    continue;
                }

                target.Add(header.Stream, header.Index, header.Mark, frames.Payload);
                count++;
            }
        }

        target.Add(Manifest.Stream, 0, RecordMark.End, (manifest with { Records = count }).ToBytes());
        target.Empty();
    }

    // 4.
    private void MoveEnded(ArchiveWriter target)
    {
        _ended.Sort();
        var sources = new Dictionary<LogFileName, FrameReader>();
        try
        {
            foreach (var file in input.Closed)
                sources.Add(file.Name, new FrameReader(file, FileHeader.Bytes, file.End, SourceWindow));
            foreach (var (_, position) in _ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var frames = sources[position.File];
                if (frames.At(position.Offset) != FrameFound.Record)
                    throw new JournalDamagedException(position.File.In(folder.Path), position.Offset, "a record has become unreadable");
                target.Add(frames.Header, frames.Payload);
            }
        }
        finally
        {
            foreach (var frames in sources.Values) frames.Dispose();
        }

        target.End();
    }
}

/// <summary>The step that makes a compaction true failed.</summary>
internal sealed class UndecidedException(IOException cause) : IOException(cause.Message, cause);
