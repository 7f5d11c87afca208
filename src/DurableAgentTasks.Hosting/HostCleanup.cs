using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Hosting;

/// <summary>
/// Ends what runs of a task that was terminated or lost, and gives its turn to the next task. A clean-up also removes its run folders, its
/// worktree or clone and its checkpoints' refs.
/// </summary>
internal sealed class HostCleanup(
    RunningSteps running, StepLeases leases, StepHosting hosting, StepRuns runs, TaskWorkspaces workspaces, TaskTurns turns, TimeProvider time) : ITaskCleanup
{
    public async Task CleanUpAsync(TaskId task, CancellationToken cancellationToken)
    {
        await EndAsync(task, cancellationToken);
        runs.Remove(task);
        await workspaces.DeleteAsync(task, cancellationToken);
        await turns.LeaveAsync(new LeaveQueue(task.Value), cancellationToken);
    }

    public async Task ReleaseAsync(TaskId task, CancellationToken cancellationToken)
    {
        await EndAsync(task, cancellationToken);
        await turns.LeaveAsync(new LeaveQueue(task.Value), cancellationToken);
    }

    private async Task EndAsync(TaskId task, CancellationToken cancellationToken)
    {
        await (hosting.AmongOthers ? leases.VacateAsync(task, cancellationToken) : running.EndAsync(task, cancellationToken));
        await runs.EndLeftoversAsync(task, time, cancellationToken);
    }
}
