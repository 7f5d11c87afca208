using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Steps;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>
/// The activity <c>ReviveTask</c>: where a task stands, by its stored record alone. What the generation before left running is ended, on
/// whichever host, and what it still writes does not count.
/// </summary>
public sealed class TaskRevival(TaskStore store, TaskRecords records, TaskOutlines outlines, TaskWorkspaces workspaces, CheckpointStore checkpoints, StepLeases leases, StepClaims claims, StorageRetry retry)
{
    public async Task<RevivedTask> ReviveAsync(ReviveTask input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);


        // Called once more for the same generation, it must not end what that runs already.
        var isNew = !(await records.ReadAsync(id, cancellationToken)).Revivals.Contains(input.At);
        var fence = isNew ? await leases.VacateAsync(id, cancellationToken) : (await claims.ReadAsync(id, cancellationToken)).Fence;
        var record = await retry.RunAsync(token => records.ReviveAsync(id, input.At, token), cancellationToken);
        var beat = await store.ReadHeartbeatAsync(id, cancellationToken);
        var holder = (await workspaces.HolderOfAsync(id, cancellationToken))?.Value;
        var over = CheckpointContent.OverSteps(record).ToHashSet();
        return new RevivedTask(
            outlines.Of(record.Request, record.Plan),
            record.State,
            record.AppliedThrough + 1,
            [.. record.Steps.Where(run => run.Status == WorkStatus.Completed).Select(run => run.Id)],
            [.. record.Steps.Where(run => run.Status == WorkStatus.Skipped).Select(run => run.Id)],
            record.Steps.ToDictionary(run => run.Id, run => run.Attempts),
            CheckpointContent.SessionsOf(record, beat).Where(session => !over.Contains(session.Key)).ToDictionary(),
            holder?.Checkpoint ?? record.LastCheckpoint?.Id)
        {
            LastGoodCheckpoint = record.LastGoodCheckpoint?.Id,
            Epoch = record.Epoch,
            Fence = fence,
            TreeIsLost = !workspaces.IsHere(record, holder) && (await checkpoints.ListAsync(id, cancellationToken)).Count > 0,
        };
    }
}
