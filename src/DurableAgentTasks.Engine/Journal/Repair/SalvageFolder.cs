using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Opening;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>The files of a damaged journal: archives that are intact and stay, and all others, to be salvaged in the order of writing.</summary>
internal sealed class SalvageFolder : IDisposable
{
    private readonly JournalFolder _folder;
    private readonly List<SalvageSource> _sources = [];
    private readonly List<KeptArchive> _kept = [];
    private readonly List<LogFile> _unused = [];
    private readonly List<LogFileName> _missing = [];

    public SalvageFolder(JournalFolder folder)
    {
        _folder = folder;
        Listing = FolderListing.Of(folder.Files, folder.Path);
        var snapshot = Listing.Snapshot is { } name ? folder.Open(name) : null;
        Manifest = snapshot is null ? null : FindManifest(snapshot);
        AddArchives();
        if (snapshot is not null) _sources.Add(SalvageSource.Whole(snapshot));
        AddSegments();
    }

    public FolderListing Listing { get; }

    /// <summary>What the snapshot says, if that can be read.</summary>
    public Manifest? Manifest { get; }

    public IReadOnlyList<SalvageSource> Sources => _sources;

    public IReadOnlyList<KeptArchive> Kept => _kept;

    /// <summary>Segments made ahead, without a record.</summary>
    public IReadOnlyList<LogFile> Unused => _unused;

    public IReadOnlyList<LogFileName> Missing => _missing;

    public LogFile FileOf(KeptArchive archive) => _folder[LogFileName.Archive(archive.Number)];

    public void Dispose() => _folder.CloseAll();

    /// <summary>It stands at both ends of the snapshot.</summary>
    private static Manifest? FindManifest(LogFile snapshot)
    {
        using var reader = new SalvageReader(snapshot);
        while (reader.Next())
        {
            if (reader.Header.Stream == Manifest.Stream) return Manifest.Of(reader.Payload);
        }

        return null;
    }

    private static bool IsIntact(LogFile archive)
    {
        if (FileHeader.Problem(archive.Content, archive.Name) is not null) return false;
        using var frames = new FrameReader(archive, FileHeader.Bytes);
        while (frames.Next() == FrameFound.Record && frames.Header.Stream != ArchiveIndex.TrailerStream)
        {
        }

        return frames.Size > 0 && frames.Offset + frames.Size == archive.Content.Length;
    }

    private void AddArchives()
    {
        var present = Listing.All.Where(name => name.Kind == LogFileKind.Archive).ToList();
        var entries = Manifest?.Archives ?? [.. present.Select(name => new ArchiveEntry(name.Number, new HashSet<ulong>()))];
        foreach (var entry in entries)
        {
            var name = LogFileName.Archive(entry.Number);
            if (!present.Contains(name))
            {
                _missing.Add(name);
                continue;
            }

            var file = _folder.Open(name);
            if (IsIntact(file)) _kept.Add(new KeptArchive(entry.Number, [.. entry.Dropped]));
            else _sources.Add(SalvageSource.Whole(file, entry.Dropped));
        }
    }

    private void AddSegments()
    {
        var segments = Listing.Segments.Select(_folder.Open).ToList();
        var expected = (Listing.Snapshot?.Number ?? 0) + 1;
        foreach (var segment in segments)
        {
            for (; expected < segment.Name.Number; expected++) _missing.Add(LogFileName.Segment(expected));
            expected++;
        }

        var last = segments.FindLastIndex(IsUsed);
        for (var i = 0; i <= last; i++)
            _sources.Add(i < last ? SalvageSource.Whole(segments[i]) : SalvageSource.LastSegment(segments[i]));
        _unused.AddRange(segments[(last + 1)..]);
    }

    private static bool IsUsed(LogFile segment)
    {
        using var reader = new SalvageReader(segment);
        return reader.Next();
    }
}
