namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// The bundles that together hold a checkpoint: a complete one, and those that build on it, each on the one before. Chains are kept
/// short: a restore reads all of one, and none of it can be freed before its last.
/// </summary>
public static class BundleChain
{
    public const int MostParts = 10;

    /// <param name="checkpoint">What is wanted.</param>
    /// <param name="known">The checkpoint of an id; <see langword="null"/> if it is gone or damaged.</param>
    /// <returns>The checkpoints whose bundles are needed, oldest first; <see langword="null"/> if one is missing.</returns>
    public static IReadOnlyList<Checkpoint>? Of(Checkpoint checkpoint, Func<CheckpointId, Checkpoint?> known)
    {
        var chain = new List<Checkpoint>();
        for (var part = checkpoint; ; )
        {
            // A checkpoint builds on earlier ones only: whatever is stored, this ends.
            if (part?.Bundle is not { } bundle || (chain.Count > 0 && part.Number >= chain[^1].Number)) return null;
            chain.Add(part);
            if (bundle.Basis is not { } basis) break;
            part = known(basis);
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>
    /// Whether the next bundle is a complete one: there is none to build on, the chain is long, or what was added to the complete one
    /// is as large as that.
    /// </summary>
    /// <param name="chain">Of the checkpoint before; <see langword="null"/> if there is none or it is broken.</param>
    public static bool IsCompleteDue(IReadOnlyList<Checkpoint>? chain) =>
        chain is null or [] || chain.Count >= MostParts || chain.Skip(1).Sum(part => part.Size) >= chain[0].Size;

    /// <summary>Every checkpoint whose bundle one that is kept needs, itself or by what it builds on.</summary>
    public static IReadOnlySet<CheckpointId> Needed(IEnumerable<Checkpoint> kept, Func<CheckpointId, Checkpoint?> known) =>
        kept.SelectMany(checkpoint => Of(checkpoint, known) ?? [checkpoint]).Select(checkpoint => checkpoint.Id).ToHashSet();
}
