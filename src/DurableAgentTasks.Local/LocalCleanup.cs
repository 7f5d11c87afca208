using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;

namespace DurableAgentTasks.Local;

/// <summary>Ends what runs of a task that was terminated, and removes its run folders.</summary>
internal sealed class LocalCleanup(RunningSteps running, StepRuns runs) : ITaskCleanup
{
    public async Task CleanUpAsync(TaskId task, CancellationToken cancellationToken)
    {
        await running.EndAsync(task, cancellationToken);
        runs.Remove(task);
    }
}
