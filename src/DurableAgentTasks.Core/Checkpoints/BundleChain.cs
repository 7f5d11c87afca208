namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// The bundles that together hold a checkpoint: a complete one, and those that build on it, each on the one before. A checkpoint names
/// its whole chain, so that it needs no other checkpoint to be read. Chains are kept short: a restore reads all of one, and none of it
/// can be freed before its last.
/// </summary>
public static class BundleChain
{
    public const int MostParts = 10;

    /// <summary>All bundles a checkpoint needs, oldest first; empty if it has none.</summary>
    public static IReadOnlyList<CheckpointBundle> Of(Checkpoint checkpoint) =>
        checkpoint.Bundle is { } bundle ? [.. checkpoint.BuildsOn, bundle] : [];

    /// <summary>
    /// What the next bundle builds on. It is a complete one, on nothing, if there is none to build on, the chain is long, or what was
    /// added to the complete one is as large as that.
    /// </summary>
    /// <param name="before">The checkpoint before; <see langword="null"/> if there is none whose bundles are whole.</param>
    public static IReadOnlyList<CheckpointBundle> Next(Checkpoint? before)
    {
        var chain = before is null ? [] : Of(before);
        return chain.Count is 0 or >= MostParts || chain.Skip(1).Sum(part => part.Size) >= chain[0].Size ? [] : chain;
    }

    /// <summary>The names of all bundles these checkpoints need.</summary>
    public static IReadOnlySet<string> Needed(IEnumerable<Checkpoint> kept) => kept.SelectMany(Of).Select(bundle => bundle.Name).ToHashSet();
}
