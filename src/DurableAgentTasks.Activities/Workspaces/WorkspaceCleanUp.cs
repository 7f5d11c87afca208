using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>
/// The activity <c>CleanUp</c>: frees what this task made on this host and can do without, which is what a snapshot or an upload left
/// that was broken off, and the objects of checkpoints that are not kept.
/// </summary>
public sealed class WorkspaceCleanUp(TaskWorkspaces workspaces, CheckpointStore checkpoints)
{
    /// <returns>Whether anything was freed.</returns>
    public async Task<bool> CleanUpAsync(CleanUp input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        using var alone = await workspaces.AloneAsync(id, cancellationToken);
        try
        {
            var freed = DeleteScratch(id);
            using var workspace = await workspaces.FindAsync(id, cancellationToken);
            if (workspace is null) return freed;
            var stored = await checkpoints.ReadAllAsync(id, cancellationToken);
            var pruned = await workspace.PruneAsync(stored.Whole.Select(checkpoint => checkpoint.Commit).ToHashSet(), cancellationToken);
            return freed || pruned.Objects > 0;
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            // It is asked for where the disk is full, or the like: the step is tried again all the same.
            return false;
        }
    }

    private bool DeleteScratch(TaskId task)
    {
        var folder = new DirectoryInfo(workspaces.ScratchOf(task));
        if (!folder.Exists) return false;
        var left = folder.GetFiles("*.tmp");
        foreach (var file in left) file.Delete();
        return left.Length > 0;
    }
}
