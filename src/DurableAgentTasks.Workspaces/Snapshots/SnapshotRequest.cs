namespace DurableAgentTasks.Workspaces.Snapshots;

/// <param name="At">The time of its commit, in seconds: the durable clock, so that a repetition gives the same commit.</param>
/// <param name="After">Its number is higher: the last one known elsewhere, when the workspace is on another machine than before.</param>
public sealed record SnapshotRequest(DateTimeOffset At, int After = 0);
