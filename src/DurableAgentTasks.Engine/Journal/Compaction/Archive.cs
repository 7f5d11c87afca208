using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>An immutable file of streams that have ended, each in one piece, and what of it is dead since. Guarded by the store's lock.</summary>
internal sealed class Archive(LogFile file, long recordBytes)
{
    private readonly HashSet<ulong> _dropped = [];

    public LogFile File { get; } = file;

    public long RecordBytes { get; } = recordBytes;

    public long DroppedBytes { get; private set; }

    /// <summary>Streams in it that were purged or have begun again: what stands here of them does not count.</summary>
    public IReadOnlySet<ulong> Dropped => _dropped;

    public void Drop(ulong stream, int length)
    {
        if (_dropped.Add(stream)) DroppedBytes += length;
    }
}
