namespace DurableAgentTasks.Engine.Journal;

internal sealed class JournalOptions
{
    public const int SmallestSegment = 4096;

    /// <summary>The folder; made if it is missing. All files in it are the journal's.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The size a segment is made with, in bytes, at least 4096. One more than the one in use is kept ready. Compaction begins when
    /// the complete ones hold more than this and more than the last snapshot.
    /// </summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;
}
