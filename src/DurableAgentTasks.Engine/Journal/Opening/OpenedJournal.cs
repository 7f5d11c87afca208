using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;
using DurableAgentTasks.Engine.Journal.Writing;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>What the folder holds.</summary>
/// <param name="Folder">With every file open that counts.</param>
/// <param name="Streams">Where each stream's records lie.</param>
/// <param name="Snapshot">The snapshot, if there is one.</param>
/// <param name="Archives">The archives that count.</param>
/// <param name="Tail">Where the log goes on.</param>
/// <param name="Current">The segment that has the tail, if it is there.</param>
/// <param name="Next">The segment after it, if it is there: unused.</param>
internal sealed record OpenedJournal(
    JournalFolder Folder,
    StreamTable Streams,
    LogFile? Snapshot,
    IReadOnlyList<Archive> Archives,
    LogTail Tail,
    LogFile? Current,
    LogFile? Next);
