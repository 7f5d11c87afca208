using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Emergency;

/// <summary>Ends what runs in this process by the same stop that ends one step.</summary>
public sealed class EmergencyStop(RunningSteps running, StepRuns runs, TimeProvider time) : IRunningSteps
{
    public async Task<IReadOnlyList<EndedStep>> StopAllAsync(StopReason reason, CancellationToken cancellationToken) =>
        await Task.WhenAll(running.All.Select(attempt => StopAsync(attempt, reason, cancellationToken)));

    private async Task<EndedStep> StopAsync(RunStep attempt, StopReason reason, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(attempt.TaskId);
        var began = time.GetTimestamp();
        var over = running.WhenOverAsync(attempt, cancellationToken);
        var pid = runs.LivesOf(id, attempt.StepId, attempt.Attempt) is [.., var last] ? last.Folder.Read().Record?.Pid : null;

        // It is told at once. That the stop is stored too may take long, such as on a full disk, and the emergency does not wait for it.
        var told = running.StopAsync(new StopStep(attempt.TaskId, attempt.StepId, attempt.Attempt, reason), cancellationToken);
        await over;
        if (told.IsCompleted) await told;
        return new EndedStep(id, attempt.StepId, attempt.Attempt, pid is { } known ? [known] : [], time.GetElapsedTime(began));
    }
}
