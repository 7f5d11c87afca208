using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
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
/// <item>The tree is brought to the checkpoint. What it ignores no more was saved on the way, and is stored too.</item>
/// <item>The agents' transcripts are put back where they are missing.</item>
/// <item>This host holds the tree, which has come from the checkpoint.</item>
/// </list>
/// </summary>
public sealed class CheckpointRestoring(
    TaskRecords records, CheckpointSearch search, CheckpointTaking taking, TreeRestoring restoring, SessionTranscripts transcripts, TaskWorkspaces workspaces)
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
        var prepared = await workspaces.OpenAsync(record, toBeFilled: true, cancellationToken);
        if (prepared is not Preparation.Ready { Workspace: var workspace }) return Nothing(((Preparation.Refused)prepared).Reason);
        using (workspace)
        {
            // 2.
            var safety = hasFiles ? await SafetyAsync(input, record, workspace, cancellationToken) : null;

            // 3.
            var outcome = await restoring.RunAsync(record.Id, workspace, checkpoint, input.At, cancellationToken);
            if (outcome is not RestoreOutcome.Restored restored) return Nothing(((RestoreOutcome.Refused)outcome).Reason) with { Safety = safety };
            await KeepIgnoredAsync(input, record, workspace, restored, safety, cancellationToken);

            // 4.
            var untold = await transcripts.PutBackAsync(record, checkpoint, cancellationToken);

            // 5.
            var mine = checkpoint.TaskId == record.Id;
            var before = holder?.Value ?? workspaces.Here;
            var stays = isHere && holder is not null;
            var now = before with
            {
                Checkpoint = mine ? checkpoint.Id.Value : safety?.Id,
                IsReady = stays ? before.IsReady : record.Request.Workspace.Setup is null,
                Setups = stays || before.IsReady ? before.Setups : before.Setups + 1,
            };
            if (!await workspaces.TryHoldAsync(record.Id, now, holder, cancellationToken)) return Nothing("Another host has taken the work tree meanwhile.");
            var problems = string.Join(' ', new[] { problem, untold, Differing(restored) }.OfType<string>());
            return new RestoredCheckpoint(
                checkpoint.Reference,
                safety,
                mine ? checkpoint.CompletedSteps : [],
                mine ? checkpoint.Sessions : new Dictionary<string, AgentSession>(),
                problems.Length == 0 ? null : problems)
            {
                Attempts = record.Steps.Where(run => !mine || !checkpoint.CompletedSteps.Contains(run.Id)).ToDictionary(run => run.Id, run => run.Attempts),
            };
        }
    }

    private async Task<CheckpointReference> SafetyAsync(RestoreCheckpoint input, TaskRecord record, Workspace workspace, CancellationToken cancellationToken)
    {
        if (await taking.FindAsync(record.Id, input.SafetyId, cancellationToken) is { Checkpoint: { } there }) return there;
        var asked = new TakeCheckpoint(input.TaskId, input.SafetyId, CheckpointType.Manual, "Before a restore.", null, input.At);
        return (await taking.SaveAsync(asked, record, workspace, cancellationToken)).Checkpoint.Reference;
    }

    /// <summary>What was ignored before and is not by the restored rules is gone from the tree now: it becomes a checkpoint beside the other.</summary>
    private async Task KeepIgnoredAsync(
        RestoreCheckpoint input, TaskRecord record, Workspace workspace, RestoreOutcome.Restored restored, CheckpointReference? safety, CancellationToken cancellationToken)
    {
        foreach (var (snapshot, i) in restored.Saved.Skip(safety is null ? 0 : 1).Select((snapshot, i) => (snapshot, i)))
        {
            var name = SHA256.HashData(Encoding.ASCII.GetBytes($"{input.SafetyId}/{i}"));
            var asked = new TakeCheckpoint(
                input.TaskId, CheckpointId.Parse(Convert.ToHexStringLower(name)[..CheckpointId.Length]), CheckpointType.Manual, "Before a restore, with what was ignored.", null, input.At);
            await taking.SaveAsync(asked, record, workspace, snapshot, cancellationToken);
        }
    }

    private static string? Differing(RestoreOutcome.Restored restored) =>
        restored.Differing.Count == 0 ? null : $"Not as they were: {string.Join(", ", restored.Differing.Take(10))}; these are nested repositories, or somebody writes them.";

    private static RestoredCheckpoint Nothing(string problem) => new(null, null, [], new Dictionary<string, AgentSession>(), problem);
}
