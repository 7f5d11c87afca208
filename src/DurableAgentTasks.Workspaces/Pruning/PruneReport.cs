namespace DurableAgentTasks.Workspaces.Pruning;

/// <param name="Snapshots">The numbers of those that are gone.</param>
/// <param name="Objects">How many objects were freed.</param>
/// <param name="Bytes">On the disk.</param>
/// <param name="Waiting">Objects that were written too lately to be freed; the next pruning looks at them again.</param>
public sealed record PruneReport(IReadOnlyList<int> Snapshots, int Objects, long Bytes, int Waiting);
