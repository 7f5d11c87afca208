using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Bundles;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>Brings a workspace to a checkpoint, whose objects come from its bundles where they are not here.</summary>
public sealed class TreeRestoring(CheckpointStore checkpoints)
{
    private const int MostNamed = 10;

    /// <exception cref="IOException">git or the storage could not do its part; the message says how the tree is now.</exception>
    internal async Task<RestoreOutcome> RunAsync(TaskId task, Workspace workspace, Checkpoint checkpoint, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var names = await checkpoints.ListAsync(task, cancellationToken);
        var saving = new SnapshotRequest(at, names.Count == 0 ? 0 : names[^1].Number);
        if (await workspace.HasAsync(checkpoint.Commit, cancellationToken)
            && await workspace.RestoreAsync(checkpoint.Commit, saving, cancellationToken) is RestoreOutcome.Restored here) return here;
        return await TakeInAsync(task, workspace, checkpoint, cancellationToken) is { } problem
            ? new RestoreOutcome.Refused(problem)
            : await workspace.RestoreAsync(checkpoint.Commit, saving, cancellationToken);
    }

    /// <summary>Takes the objects of a checkpoint in.</summary>
    /// <returns>Why not; <see langword="null"/> if they are here now.</returns>
    internal async Task<string?> TakeInAsync(TaskId task, Workspace workspace, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var chain = BundleChain.Of(checkpoint);
        if (chain.Count == 0) return "It has no bundle: its objects are only where it was taken.";
        var parts = chain.Select((bundle, i) => new BundlePart(
            new BundleInfo(bundle.Commit, i == 0 ? null : chain[i - 1].Commit, bundle.Sha256, bundle.Size),
            token => checkpoints.OpenBundleAsync(bundle, token))).ToList();
        var outcome = checkpoint.TaskId == task ? await workspace.UnbundleAsync(parts, cancellationToken) : null;

        // This host may have used the number for a snapshot that never became a checkpoint: then no ref keeps it, until the next one.
        if (outcome is not UnbundleOutcome.Unbundled) outcome = await workspace.UnbundleAsync(parts, cancellationToken, ofAnotherTask: true);
        return outcome is UnbundleOutcome.Damaged damaged ? $"The bundle {chain[damaged.Part].Name} cannot be used: {damaged.Reason}" : null;
    }

    /// <summary>Reads something of a checkpoint; what of it is not here, or was lost, comes from its bundles.</summary>
    /// <returns>It, or why it cannot be had.</returns>
    internal async Task<(T? Read, string? Problem)> ReadAsync<T>(
        TaskId task, Workspace workspace, Checkpoint checkpoint, Func<Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            if (await workspace.HasAsync(checkpoint.Commit, cancellationToken)) return (await read(), null);
        }
        catch (GitException)
        {
            // An object may be lost.
        }

        return await TakeInAsync(task, workspace, checkpoint, cancellationToken) is { } problem ? (null, problem) : (await read(), null);
    }

    /// <summary>What of the tree is not as it was, for people; <see langword="null"/> if all is.</summary>
    internal static string? Differing(RestoreOutcome.Restored restored)
    {
        var differing = restored.Differing.Count == 0 ? null
            : $"Not as they were: {string.Join(", ", restored.Differing.Take(MostNamed))}; these are nested repositories, or somebody writes them.";
        var aside = restored.MovedAside.Count == 0 ? null
            : $"In no checkpoint, and in the way, so that they were moved: {string.Join(", ", restored.MovedAside.Take(MostNamed))}.";
        return differing is null && aside is null ? null : string.Join(' ', new[] { differing, aside }.OfType<string>());
    }
}
