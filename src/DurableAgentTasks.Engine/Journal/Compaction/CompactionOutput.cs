using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>What one compaction has made; the folder holds it already.</summary>
/// <param name="Snapshot">The new snapshot.</param>
/// <param name="Archives">All archives that count now, with what the snapshot says is dropped of them.</param>
/// <param name="Archive">The new archive, if any stream is in it.</param>
/// <param name="Places">The streams in it.</param>
internal sealed record CompactionOutput(
    LogFile Snapshot,
    IReadOnlyList<ArchiveEntry> Archives,
    LogFile? Archive,
    IReadOnlyList<ArchivedPlace> Places);
