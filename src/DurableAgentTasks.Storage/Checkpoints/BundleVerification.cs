using System.Security.Cryptography;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Checkpoints;

/// <summary>Reads bundles to see whether they are what was written; each once, though many checkpoints need it.</summary>
internal sealed class BundleVerification(IBlobStore blobs)
{
    private readonly Dictionary<CheckpointBundle, string?> _known = [];

    /// <returns>What is wrong with the bundles of a checkpoint; <see langword="null"/> if nothing is.</returns>
    public async Task<string?> FindDamageAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var chain = BundleChain.Of(checkpoint);
        if (chain.Count == 0) return "It has no bundle: its objects are only where it was taken.";
        foreach (var bundle in chain)
        {
            if (!_known.TryGetValue(bundle, out var damage)) _known[bundle] = damage = await LookAsync(bundle, cancellationToken);
            if (damage is not null) return damage;
        }

        return null;
    }

    private async Task<string?> LookAsync(CheckpointBundle bundle, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(bundle.Name, 0, null, cancellationToken);
        if (reading is null) return $"The bundle {bundle.Name} is missing.";
        if (reading.Properties.Length != bundle.Size) return $"The bundle {bundle.Name} has {reading.Properties.Length} of its {bundle.Size} bytes.";
        var hash = await SHA256.HashDataAsync(reading.Content, cancellationToken);
        return Convert.ToHexStringLower(hash) == bundle.Sha256 ? null : $"The bundle {bundle.Name} is altered: its SHA-256 is another one.";
    }
}
