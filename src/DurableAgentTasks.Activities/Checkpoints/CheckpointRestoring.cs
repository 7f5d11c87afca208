using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Restoring;
using Preparation = DurableAgentTasks.Workspaces.Preparation.PrepareOutcome;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>
/// The activity <c>RestoreCheckpoint</c>. What hinders it is told, and nothing was changed then.
/// <list type="number">
/// <item>The checkpoint is looked for, whole to its last byte; the one before it counts where it is damaged.</item>
/// <item>What is there is saved as a checkpoint, once: a repetition may find half of a restore.</item>
/// <item>The tree is brought to the checkpoint. What it ignores no more, or stood in the way, was saved on the way, and is stored too.</item>
/// <item>The agents' transcripts are put back where they are missing.</item>
/// <item>This host holds the tree, which has come from the checkpoint.</item>
/// </list>
/// </summary>
public sealed class CheckpointRestoring(
    TaskRecords records, CheckpointStore checkpoints, CheckpointSearch search, CheckpointTaking taking, TreeRestoring restoring, SessionTranscripts transcripts,
    TaskWorkspaces workspaces)
{
    public async Task<RestoredCheckpoint> RestoreAsync(RestoreCheckpoint input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        using var alone = await workspaces.AloneAsync(id, cancellationToken);
        try
        {
            var record = await records.ReadAsync(id, cancellationToken);

            // 1.
            var (checkpoint, problem) = await search.FindAsync(id, input.CheckpointId, input.SafetyId, cancellationToken);
            return checkpoint is null ? Nothing(problem!) : await RestoreAsync(input, record, checkpoint, problem, cancellationToken);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            return Nothing($"The checkpoint could not be restored: {StorageFault.Say(error)}");
        }
    }

    private async Task<RestoredCheckpoint> RestoreAsync(
        RestoreCheckpoint input, TaskRecord record, Checkpoint checkpoint, string? problem, CancellationToken cancellationToken)
    {
        var holder = await workspaces.HolderOfAsync(record.Id, cancellationToken);
        var isHere = workspaces.IsHere(record, holder?.Value);
        var hasFiles = workspaces.FolderOf(record) is not null;
        var prepared = await workspaces.OpenAsync(record, checkpoint.Commit, cancellationToken);
        if (prepared is not Preparation.Ready { Workspace: var workspace }) return Nothing(((Preparation.Refused)prepared).Reason);
        using (workspace)
        {
            // 2.
            var (safety, unsaved) = hasFiles ? await SafetyAsync(input, record, workspace, cancellationToken) : default;

            // 3.
            var outcome = await restoring.RunAsync(record.Id, workspace, checkpoint, input.At, cancellationToken);
            if (outcome is not RestoreOutcome.Restored restored) return Nothing(((RestoreOutcome.Refused)outcome).Reason) with { Safety = safety?.Reference };
            var isNew = !hasFiles && workspace.IsOurs;
            var unkept = await taking.KeepSavedAsync(
                record, workspace, restored, isNew, safety, Asked(input, "Before a restore, with what was ignored."), cancellationToken);

            // 4.
            var untold = await transcripts.PutBackAsync(record, checkpoint, cancellationToken);

            // 5.
            var mine = checkpoint.TaskId == record.Id;
            var before = holder?.Value ?? workspaces.Here;
            var stays = isHere && holder is not null;
            var now = before with
            {
                Checkpoint = mine ? checkpoint.Id.Value : safety?.Id.Value,
                IsReady = stays ? before.IsReady : record.Request.Workspace.Setup is null,
                Setups = stays || before.IsReady ? before.Setups : before.Setups + 1,
            };
            if (!await workspaces.TryHoldAsync(record.Id, now, holder, cancellationToken)) return Nothing("Another host has taken the work tree meanwhile.");
            var problems = string.Join(' ', new[] { problem, unsaved, untold, unkept, TreeRestoring.Differing(restored) }.OfType<string>());
            return new RestoredCheckpoint(
                checkpoint.Reference,
                safety?.Reference,
                mine ? checkpoint.CompletedSteps : [],
                mine ? checkpoint.Sessions : new Dictionary<string, AgentSession>(),
                problems.Length == 0 ? null : problems)
            {
                Attempts = record.Steps.Where(run => !mine || !checkpoint.CompletedSteps.Contains(run.Id)).ToDictionary(run => run.Id, run => run.Attempts),
            };
        }
    }

    /// <returns>What of the tree it does not hold, too.</returns>
    private async Task<(Checkpoint Safety, string? Unsaved)> SafetyAsync(
        RestoreCheckpoint input, TaskRecord record, Workspace workspace, CancellationToken cancellationToken)
    {
        var there = (await checkpoints.FindAsync(record.Id, input.SafetyId, cancellationToken)).Checkpoint;
        var (safety, problem) = there is null
            ? await taking.SaveAsync(Asked(input, "Before a restore."), record, workspace, isRescued: true, cancellationToken)
            : (there, CheckpointContent.Missing(there));
        return (safety, CheckpointTaking.Unsaved(safety, problem));
    }

    private static TakeCheckpoint Asked(RestoreCheckpoint input, string description) =>
        new(input.TaskId, input.SafetyId, CheckpointType.Manual, description, null, input.At);

    private static RestoredCheckpoint Nothing(string problem) => new(null, null, [], new Dictionary<string, AgentSession>(), problem);
}
