using DurableAgentTasks.Activities.Emergency;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Hosting;

/// <summary>Ends every step of this process.</summary>
internal sealed class HostEmergencyStop(IRunningSteps steps, TimeProvider time) : IEmergencyStop
{
    public async Task<EmergencyReport> StopAllAsync(OperatorCommand command, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var ended = await steps.StopAllAsync(StopReason.Emergency, cancellationToken);
        return new EmergencyReport(
            [.. ended.Select(step => new StoppedStep(step.TaskId, step.StepId, step.Attempt, step.Pids, step.Took))], time.GetElapsedTime(began));
    }
}
