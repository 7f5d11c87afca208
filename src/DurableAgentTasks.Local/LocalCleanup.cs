using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;

namespace DurableAgentTasks.Local;

/// <summary>Waits until the steps of a task that was terminated are over, and removes their run folders.</summary>
internal sealed class LocalCleanup(RunningSteps running, StepRuns runs) : ITaskCleanup
{
    public async Task CleanUpAsync(TaskId task, CancellationToken cancellationToken)
    {
        await running.WhenOverAsync(task, cancellationToken);
        runs.Remove(task);
    }
}
