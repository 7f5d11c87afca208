using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Before anything is started: a run that outlived its host goes on if its task is still at that attempt, and is adopted when the
/// attempt is asked for again. Everything else that an earlier life left running is ended.
/// </summary>
public sealed class StepTakeover(StepRuns runs, TaskStore store, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public Task<LeftoverReport> RunAsync(CancellationToken cancellationToken) =>
        runs.EndLeftoversAsync(key => IsAwaitedAsync(key, cancellationToken), Grace, time, cancellationToken);

    private async Task<bool> IsAwaitedAsync(StepKey key, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(key.TaskId, out var id)) return false;
        if (await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is not { Value: var task }) return false;
        var step = task.Steps.Find(step => step.Id == key.StepId);
        return !TaskLifecycle.HasEnded(task.State) && step is { Status: WorkStatus.InProgress } && step.Attempts == key.Attempt;
    }
}
