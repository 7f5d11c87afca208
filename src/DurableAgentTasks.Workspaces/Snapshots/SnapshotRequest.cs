namespace DurableAgentTasks.Workspaces.Snapshots;

/// <param name="At">The time of its commit, in seconds: the durable clock, so that a repetition gives the same commit.</param>
/// <param name="After">
/// The number of the last snapshot that has become a checkpoint, here or on another machine, 0 if none has. This one's is higher, and it
/// tells what has changed since that one, even if others were taken for nothing; <see langword="null"/>: since the last one.
/// </param>
public sealed record SnapshotRequest(DateTimeOffset At, int? After = null);
