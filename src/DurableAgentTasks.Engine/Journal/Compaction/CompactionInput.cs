using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>What one compaction folds together; none of it changes meanwhile.</summary>
/// <param name="HighestStream">No stream number up to this may be used again.</param>
/// <param name="Snapshot">The snapshot so far.</param>
/// <param name="Segments">All segments after it up to the last closed one.</param>
/// <param name="Archives">The archives so far.</param>
internal sealed record CompactionInput(
    ulong HighestStream, LogFile? Snapshot, IReadOnlyList<LogFile> Segments, IReadOnlyList<ArchiveInput> Archives)
{
    /// <summary>What the new files are numbered with: they cover the segments up to it.</summary>
    public int Number => Segments[^1].Name.Number;

    public IEnumerable<LogFile> Closed => Snapshot is null ? Segments : Segments.Prepend(Snapshot);

    /// <summary>What the new files replace.</summary>
    public IEnumerable<LogFile> Replaced =>
        Closed.Concat(Archives.Where(input => input.MustFold).Select(input => input.Archive.File));
}

/// <param name="Archive">An archive.</param>
/// <param name="Dropped">What was dropped of it by records that may not be in the closed segments.</param>
/// <param name="MustFold">Little of it counts any more, or it is small: the rest moves to the new archive.</param>
internal sealed record ArchiveInput(Archive Archive, IReadOnlySet<ulong> Dropped, bool MustFold)
{
    /// <summary>What is dropped of it for good by the closed files.</summary>
    public HashSet<ulong> DroppedBy(StreamFates fates) => [.. Archive.Recorded, .. Dropped.Where(fates.Has)];
}
