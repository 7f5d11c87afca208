namespace DurableAgentTasks.Engine.Journal;

internal sealed class JournalOptions
{
    public required string Directory { get; init; }

    /// <summary>The size a segment is made with, in bytes.</summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;
}
