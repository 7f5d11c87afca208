using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Emergency;

/// <summary>Ends what runs in this process by the same stop that ends one step.</summary>
public sealed class EmergencyStop(RunningSteps running, StepRuns runs, TimeProvider time) : IRunningSteps
{
    public async Task<IReadOnlyList<EndedStep>> StopAllAsync(StopReason reason, CancellationToken cancellationToken) =>
        await Task.WhenAll(running.All.Select(step => StopAsync(step, reason, cancellationToken)));

    private async Task<EndedStep> StopAsync(RunningStep step, StopReason reason, CancellationToken cancellationToken)
    {
        var (task, stepId, attempt) = step.Key;
        var id = TaskId.Parse(task);
        var began = time.GetTimestamp();
        var pid = runs.LivesOf(id, stepId, attempt) is [.., var last] ? last.Folder.Read().Record?.Pid : null;

        // It is told at once. That the stop, or the rest of the log, is stored too may take long, such as on a full disk, and the emergency
        // does not wait for it.
        var told = running.StopAsync(new StopStep(task, stepId, attempt, reason), cancellationToken);
        await step.WhenGone.WaitAsync(cancellationToken);
        if (told.IsCompleted) await told;
        return new EndedStep(id, stepId, attempt, pid is { } known ? [known] : [], time.GetElapsedTime(began));
    }
}
