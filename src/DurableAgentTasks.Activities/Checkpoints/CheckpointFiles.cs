using System.Security.Cryptography;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>
/// Reads the files of checkpoints for people: from the workspace of the task where it has them, else from a scratch repository that is
/// filled from the bundles. What is read lies in a file first, so that a slow reader holds nothing up.
/// </summary>
public sealed class CheckpointFiles(
    CheckpointStore checkpoints, TaskStore store, TreeRestoring restoring, TaskWorkspaces workspaces, ScratchFolder scratch, WorkspaceOptions options, TimeProvider time)
{
    /// <summary>A unified diff between two checkpoints of a task.</summary>
    /// <param name="from">The earlier one; <see langword="null"/> is what the task began with, where that is here, else nothing.</param>
    /// <param name="to">The later one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>It, or why it cannot be had.</returns>
    /// <exception cref="IOException">git or the storage could not do its part.</exception>
    public Task<(Stream? Content, string? Problem)> DiffAsync(Checkpoint? from, Checkpoint to, CancellationToken cancellationToken) => ReadAsync(
        to.TaskId,
        from is null ? [to] : [from, to],
        (workspace, file) => workspace.DiffAsync(from?.Commit, to.Commit, file, cancellationToken),
        cancellationToken);

    /// <summary>What has changed in the work tree since a checkpoint; only where the tree is.</summary>
    /// <inheritdoc cref="DiffAsync" path="/exception"/>
    public async Task<(Stream? Content, string? Problem)> DiffToTreeAsync(Checkpoint from, CancellationToken cancellationToken)
    {
        var task = from.TaskId;
        using var alone = await workspaces.AloneAsync(task, cancellationToken);
        var holder = await workspaces.HolderOfAsync(task, cancellationToken);
        var isHere = await store.ReadRecordAsync<TaskRecord>(task, cancellationToken) is { } record && workspaces.IsHere(record.Value, holder?.Value);
        using var workspace = isHere ? await workspaces.FindAsync(task, cancellationToken) : null;
        if (workspace is null) return (null, $"The work tree is not on this host{(holder is null ? "" : $"; it was last on {holder.Value.Machine}")}.");
        var (content, problem) = await restoring.ReadAsync(
            task, workspace, from, async () => (await WriteAsync(file => workspace.DiffAsync(from.Commit, to: null, file, cancellationToken))).Content, cancellationToken);
        return (content, problem);
    }

    /// <summary>A git bundle of a checkpoint that is complete by itself.</summary>
    /// <inheritdoc cref="DiffAsync" path="/exception"/>
    public async Task<(Stream? Content, string? Problem)> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint is { Bundle: { } whole, BuildsOn.Count: 0 }) return await CopyAsync(whole, cancellationToken);
        return await ReadAsync(checkpoint.TaskId, [checkpoint], WriteBundleAsync, cancellationToken);

        async Task<bool> WriteBundleAsync(Workspace workspace, Stream file)
        {
            await workspace.BundleAsync(SnapshotOf(checkpoint), basis: null, file, cancellationToken);
            return true;
        }
    }

    private async Task<(Stream? Content, string? Problem)> ReadAsync(
        TaskId task, IReadOnlyList<Checkpoint> needed, Func<Workspace, Stream, Task<bool>> write, CancellationToken cancellationToken)
    {
        using (await workspaces.AloneAsync(task, cancellationToken))
        using (var workspace = await workspaces.FindAsync(task, cancellationToken))
        {
            try
            {
                if (workspace is not null && await HasAllAsync(workspace, needed, cancellationToken)) return await WriteAsync(file => write(workspace, file));
            }
            catch (GitException)
            {
                // It may have lost an object that the bundles have.
            }
        }

        using var folder = scratch.NewFolder();
        var prepared = await Workspace.PrepareAsync(task, new WorkspaceSource.Empty { FilledFrom = needed[0].Commit }, folder.Path, options, time, cancellationToken);
        using var filled = ((PrepareOutcome.Ready)prepared).Workspace;
        foreach (var checkpoint in needed)
        {
            if (await restoring.TakeInAsync(task, filled, checkpoint, cancellationToken) is { } problem) return (null, problem);
        }

        return await WriteAsync(file => write(filled, file));
    }

    private static async Task<bool> HasAllAsync(Workspace workspace, IEnumerable<Checkpoint> needed, CancellationToken cancellationToken)
    {
        foreach (var checkpoint in needed)
        {
            if (!await workspace.HasAsync(checkpoint.Commit, cancellationToken)) return false;
        }

        return true;
    }

    private async Task<(Stream? Content, string? Problem)> CopyAsync(CheckpointBundle bundle, CancellationToken cancellationToken)
    {
        await using var stored = await checkpoints.OpenBundleAsync(bundle, cancellationToken);
        if (stored is null) return (null, $"The bundle {bundle.Name} is missing.");
        var (content, _) = await WriteAsync(async file =>
        {
            await stored.CopyToAsync(file, cancellationToken);
            return true;
        });
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content!, cancellationToken));
        content!.Position = 0;
        if (hash == bundle.Sha256) return (content, null);
        await content.DisposeAsync();
        return (null, $"The bundle {bundle.Name} is altered: its SHA-256 is another one.");
    }

    private async Task<(Stream? Content, string? Problem)> WriteAsync(Func<Stream, Task<bool>> write)
    {
        var file = scratch.NewFile();
        try
        {
            if (!await write(file)) throw new IOException("A snapshot that was here a moment ago is gone: it was pruned meanwhile. Try again.");
            file.Position = 0;
            return (file, null);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of a snapshot, a bundle needs no more.</summary>
    private static Snapshot SnapshotOf(Checkpoint checkpoint) => new()
    {
        Number = checkpoint.Number,
        Commit = checkpoint.Commit,
        Tree = checkpoint.Tree,
        Ref = checkpoint.Ref,
        Files = [],
        FilesChanged = checkpoint.FilesModified,
        LinesChanged = checkpoint.LinesChanged,
        LeftOut = [],
        Nested = [],
        EmptyFolders = [],
        Duration = checkpoint.Duration,
    };
}
