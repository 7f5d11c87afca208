using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>The snapshot and the archives in use. Guarded by the store's lock.</summary>
internal sealed class CompactedFiles(int segmentBytes)
{
    private readonly List<Archive> _archives = [];

    /// <summary>An archive smaller than this is folded into the next one, so that they do not become many.</summary>
    private readonly int _smallArchive = segmentBytes / 4;

    public LogFile? Snapshot { get; private set; }

    /// <summary>More of the archives is dead than counts, and more than a segment.</summary>
    public bool IsMostlyDead
    {
        get
        {
            var dropped = _archives.Sum(archive => archive.DroppedBytes);
            return dropped > segmentBytes && dropped * 2 > _archives.Sum(archive => archive.RecordBytes);
        }
    }

    public void Begin(LogFile? snapshot, IEnumerable<Archive> archives)
    {
        Snapshot = snapshot;
        _archives.AddRange(archives);
    }

    public CompactionInput Input(ulong highestStream, LogFile[] segments) =>
        new(highestStream, Snapshot, segments, [.. _archives.Select(archive => new ArchiveInput(archive, archive.Dropped.ToHashSet(), MustFold(archive)))]);

    /// <summary>The folder holds the new state: from now on it is the one to go on from.</summary>
    /// <returns>The new archive, if there is one.</returns>
    public Archive? Switch(CompactionOutput output)
    {
        Snapshot = output.Snapshot;
        var made = output.Archive is { } file ? new Archive(file, new HashSet<ulong>()) : null;
        if (made is not null) _archives.Add(made);
        var recorded = output.Archives.ToDictionary(entry => entry.Number, entry => entry.Dropped);
        _archives.RemoveAll(archive => !recorded.ContainsKey(archive.Number));
        foreach (var archive in _archives) archive.Record(recorded[archive.Number]);
        return made;
    }

    private bool MustFold(Archive archive) =>
        archive.RecordBytes < _smallArchive || archive.DroppedBytes * 2 > archive.RecordBytes;
}
