using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces.Restoring;
using Preparation = DurableAgentTasks.Workspaces.Preparation.PrepareOutcome;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>
/// Sees to it that the work tree of a task is on this host before a step runs:
/// <list type="number">
/// <item>If this host holds it, it is as it is.</item>
/// <item>Else it is made, and the checkpoint restored that it had come from on the host before, with the agents' sessions. What a folder of
/// the user's held becomes a checkpoint too.</item>
/// <item>Then this host is the holder; whoever else thought so restores in his turn.</item>
/// </list>
/// </summary>
public sealed class TreeArrival(
    TaskWorkspaces workspaces, CheckpointSearch search, TreeRestoring restoring, CheckpointTaking taking, SessionTranscripts transcripts, TimeProvider time)
{
    /// <param name="record">The task.</param>
    /// <param name="last">The checkpoint it goes on from, if it is not known from the holder.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ArrivedTree> BringAsync(TaskRecord record, string? last, CancellationToken cancellationToken)
    {
        using var alone = await workspaces.AloneAsync(record.Id, cancellationToken);
        try
        {
            // 1.
            var holder = await workspaces.HolderOfAsync(record.Id, cancellationToken);
            if (!workspaces.IsHere(record, holder?.Value)) return await ArriveAsync(record, holder, last, cancellationToken);
            if (holder?.Value.Host == workspaces.Here.Host) return new ArrivedTree.Here(workspaces.FolderOf(record)!, holder.Value, Said: null);
            return await HoldAsync(record, holder?.Value ?? Fresh(record, holder), holder, said: null, cancellationToken);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            return Refused(FailureClass.Resource, $"The work tree cannot be prepared: {StorageFault.Say(error)}");
        }
    }

    // 2.
    private async Task<ArrivedTree> ArriveAsync(TaskRecord record, Stored<TreeHolder>? holder, string? last, CancellationToken cancellationToken)
    {
        var (checkpoint, problem) = await search.FindAsync(record.Id, holder?.Value.Checkpoint ?? last, but: null, cancellationToken);
        if (checkpoint is null) (checkpoint, _) = await search.FindAsync(record.Id, wanted: null, but: null, cancellationToken);
        if (checkpoint is null && record.Steps.Any(run => run.Status is WorkStatus.Completed))
            return Refused(FailureClass.Rejected, $"The work tree was last on {holder?.Value.Machine ?? "another host"}, and cannot be restored here. {problem}");

        var prepared = await workspaces.OpenAsync(record, checkpoint?.Commit, cancellationToken);
        if (prepared is not Preparation.Ready { Workspace: var workspace })
        {
            // A repository that cannot be cloned may be reachable in a moment.
            var kind = record.Request.Workspace.Repository is null ? FailureClass.Rejected : FailureClass.Transient;
            return Refused(kind, ((Preparation.Refused)prepared).Reason);
        }

        using (workspace)
        {
            if (checkpoint is null) return await HoldAsync(record, Fresh(record, holder), holder, said: null, cancellationToken);
            var outcome = await restoring.RunAsync(record.Id, workspace, checkpoint, time.GetUtcNow(), cancellationToken);
            if (outcome is not RestoreOutcome.Restored restored)
                return Refused(FailureClass.Resource, $"Checkpoint {checkpoint.Id} cannot be restored: {((RestoreOutcome.Refused)outcome).Reason}");
            var found = new TakeCheckpoint(
                record.Id.Value, default, CheckpointType.Manual, $"What was in the folder on {workspaces.Here.Machine} before the task came there.", null, time.GetUtcNow());
            var unkept = await taking.KeepSavedAsync(record, workspace, restored, isNew: workspace.IsOurs, safety: null, found, cancellationToken);
            var untold = await transcripts.PutBackAsync(record, checkpoint, cancellationToken);
            var said = $"The work tree was not on this host; checkpoint {checkpoint.Id} of {checkpoint.At:u} was restored.";
            var arrived = Fresh(record, holder) with { Checkpoint = checkpoint.Id.Value };
            return await HoldAsync(record, arrived, holder, string.Join(' ', new[] { said, problem, unkept, TreeRestoring.Differing(restored), untold }.OfType<string>()), cancellationToken);
        }
    }

    // 3.
    private async Task<ArrivedTree> HoldAsync(TaskRecord record, TreeHolder now, Stored<TreeHolder>? before, string? said, CancellationToken cancellationToken) =>
        await workspaces.TryHoldAsync(record.Id, now, before, cancellationToken)
            ? new ArrivedTree.Here(workspaces.FolderOf(record)!, now, said)
            : Refused(FailureClass.Transient, "Another host has taken the work tree meanwhile.");

    /// <summary>This host, on which nothing is set up. An attempt that the host before has not finished counts.</summary>
    private TreeHolder Fresh(TaskRecord record, Stored<TreeHolder>? before) => workspaces.Here with
    {
        IsReady = record.Request.Workspace.Setup is null,
        Setups = before is null ? 0 : before.Value.Setups + (before.Value.IsReady ? 0 : 1),
    };

    private static ArrivedTree.Refused Refused(FailureClass kind, string reason) => new(new StepFailure(kind, reason, ResetsAt: null));
}

/// <summary>Whether steps can run on a work tree.</summary>
public abstract record ArrivedTree
{
    private ArrivedTree()
    {
    }

    /// <param name="Folder">Where steps run.</param>
    /// <param name="Holder">This host.</param>
    /// <param name="Said">What was done for it, for people; <see langword="null"/> if it was here.</param>
    public sealed record Here(string Folder, TreeHolder Holder, string? Said) : ArrivedTree;

    public sealed record Refused(StepFailure Failure) : ArrivedTree;
}
