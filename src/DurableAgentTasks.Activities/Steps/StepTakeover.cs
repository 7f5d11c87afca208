using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Before anything is started: a run that outlived its host goes on if its task is still at that attempt. A host that is alone adopts it when
/// the attempt is asked for again; among others it does so at once, for another may be asked, and has to wait for it. Everything else that an
/// earlier life left running is ended.
/// </summary>
public sealed class StepTakeover(StepRuns runs, TaskStore store, StepLeases leases, StepRunner runner, StepHosting hosting, StepHolds holds, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public async Task<LeftoverReport> RunAsync(CancellationToken cancellationToken)
    {
        var goOn = new List<RunStep>();
        var report = await runs.EndLeftoversAsync(
            async key =>
            {
                if (!hosting.AmongOthers) return await IsAwaitedAsync(key, cancellationToken);
                if (!TaskId.TryParse(key.TaskId, out _) || await leases.TryGoOnAsync(key, cancellationToken) is not { } call) return false;
                goOn.Add(call);
                return true;
            },
            Grace, time, cancellationToken);
        foreach (var hold in holds.All().ExceptBy(goOn.Select(call => call.TaskId), hold => hold.Task.Value)) holds.Remove(hold.Task);
        foreach (var call in goOn) runner.GoOn(call);
        return report;
    }

    private async Task<bool> IsAwaitedAsync(StepKey key, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(key.TaskId, out var id)) return false;
        if (await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is not { Value: var task }) return false;
        var step = task.Steps.Find(step => step.Id == key.StepId);
        return !TaskLifecycle.HasEnded(task.State) && step is { Status: WorkStatus.InProgress } && step.Attempts == key.Attempt;
    }
}
