using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <param name="Tree">What is on the disk.</param>
/// <param name="LeftOut">What is there but not in it.</param>
/// <param name="EmptyFolders">All of them, in order.</param>
/// <param name="IgnoreStamp">The ignore rules it was made by.</param>
internal sealed record ScannedTree(
    string Tree, IReadOnlyList<LeftOutFile> LeftOut, IReadOnlyList<string> EmptyFolders, string IgnoreStamp);
