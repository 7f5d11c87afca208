namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// Which checkpoints of a task are kept: the latest 10, all milestones and all phase ends, and of the others the newest while there is
/// room for 50 in all. What stays in any case stays even beyond 50.
/// </summary>
public static class CheckpointRetention
{
    public const int Most = 50;
    public const int Latest = 10;

    /// <param name="checkpoints">All there are, in any order.</param>
    /// <param name="room">For how many there is room: <see cref="Most"/>, but for what else takes some.</param>
    /// <returns>Those that are kept, in order of their numbers.</returns>
    public static IReadOnlyList<Checkpoint> Keep(IEnumerable<Checkpoint> checkpoints, int room)
    {
        var newestFirst = checkpoints.OrderByDescending(checkpoint => checkpoint.Number).ToList();
        var staying = newestFirst.Where((checkpoint, age) => age < Latest || checkpoint.Type is CheckpointType.Milestone or CheckpointType.Phase).ToList();
        var others = newestFirst.Except(staying).Take(Math.Max(0, room - staying.Count));
        return [.. staying.Concat(others).OrderBy(checkpoint => checkpoint.Number)];
    }
}
