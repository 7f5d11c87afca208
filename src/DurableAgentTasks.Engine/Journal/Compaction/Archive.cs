using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>An immutable file of streams that have ended, each in one piece, and what of it is dead since. Guarded by the store's lock.</summary>
/// <param name="file">The archive.</param>
/// <param name="recorded">What the snapshot says is dropped.</param>
internal sealed class Archive(LogFile file, IReadOnlySet<ulong> recorded)
{
    private readonly HashSet<ulong> _dropped = [];

    public LogFile File { get; } = file;

    public int Number => File.Name.Number;

    /// <summary>The size of all its streams.</summary>
    public long RecordBytes { get; private set; }

    public long DroppedBytes { get; private set; }

    /// <summary>Streams that the newest snapshot says are dropped.</summary>
    public IReadOnlySet<ulong> Recorded { get; private set; } = recorded;

    /// <summary>Streams that were purged or have begun again since.</summary>
    public IReadOnlySet<ulong> Dropped => _dropped;

    /// <summary>Counts a stream it holds.</summary>
    /// <returns>Whether the stream still counts.</returns>
    public bool Add(in ArchivedPlace place)
    {
        RecordBytes += place.Length;
        if (!Recorded.Contains(place.Stream)) return true;
        DroppedBytes += place.Length;
        return false;
    }

    public void Drop(ulong stream, long length)
    {
        if (_dropped.Add(stream)) DroppedBytes += length;
    }

    /// <summary>The newest snapshot says so.</summary>
    public void Record(IReadOnlySet<ulong> dropped)
    {
        Recorded = dropped;
        _dropped.ExceptWith(dropped);
    }
}
