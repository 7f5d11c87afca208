using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Bundles;
using DurableAgentTasks.Workspaces.Restoring;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>Brings a workspace to a checkpoint, whose objects come from its bundles where they are not here.</summary>
public sealed class TreeRestoring(CheckpointStore checkpoints)
{
    /// <exception cref="IOException">git or the storage could not do its part; the next opening of the workspace finishes what was begun.</exception>
    internal async Task<RestoreOutcome> RunAsync(TaskId task, Workspace workspace, Checkpoint checkpoint, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await workspace.HasAsync(checkpoint.Commit, cancellationToken)
            && await workspace.RestoreAsync(checkpoint.Commit, at, cancellationToken) is RestoreOutcome.Restored here) return here;
        return await TakeInAsync(task, workspace, checkpoint, cancellationToken) is { } problem
            ? new RestoreOutcome.Refused(problem)
            : await workspace.RestoreAsync(checkpoint.Commit, at, cancellationToken);
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
}
