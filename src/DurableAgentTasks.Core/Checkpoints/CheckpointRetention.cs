namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// Which checkpoints of a task are kept: the latest 10, all milestones and all phase ends, the one a failure goes back to, and of the others
/// the newest while there is room for 50 in all, and for their bundles. What stays in any case stays even beyond that.
/// </summary>
public static class CheckpointRetention
{
    public const int Most = 50;
    public const int Latest = 10;

    /// <param name="checkpoints">All there are, in any order.</param>
    /// <param name="room">For how many there is room: <see cref="Most"/>, but for what else takes some.</param>
    /// <param name="bytes">For how many bytes of bundles there is room.</param>
    /// <param name="lastGood">The one a failure goes back to, if there is one.</param>
    /// <returns>Those that are kept, in order of their numbers.</returns>
    public static IReadOnlyList<Checkpoint> Keep(IEnumerable<Checkpoint> checkpoints, int room, long bytes, string? lastGood = null)
    {
        var newestFirst = checkpoints.OrderByDescending(checkpoint => checkpoint.Number).ToList();
        var staying = newestFirst
            .Where((checkpoint, age) => age < Latest || checkpoint.Type is CheckpointType.Milestone or CheckpointType.Phase || checkpoint.Id.Value == lastGood)
            .ToList();
        var others = newestFirst.Except(staying).Take(Math.Max(0, room - staying.Count)).ToList();
        while (others.Count > 0 && BytesOf(staying.Concat(others)) > bytes) others.RemoveAt(others.Count - 1);
        return [.. staying.Concat(others).OrderBy(checkpoint => checkpoint.Number)];
    }

    /// <summary>A bundle that several build on counts once.</summary>
    private static long BytesOf(IEnumerable<Checkpoint> checkpoints) => checkpoints.SelectMany(BundleChain.Of).DistinctBy(bundle => bundle.Name).Sum(bundle => bundle.Size);
}
