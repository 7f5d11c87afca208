using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Emergency;

/// <summary>The steps that run on this host, as whoever must end all of them at once sees them.</summary>
public interface IRunningSteps
{
    /// <summary>
    /// Ends every step that runs here, all at the same time, and waits until no process of them is left. Each of them ends for that
    /// reason, and does so again if its host's next life asks; one that begins meanwhile is not ended.
    /// </summary>
    /// <returns>Those that ran, whether or not they were about to end by themselves.</returns>
    Task<IReadOnlyList<EndedStep>> StopAllAsync(StopReason reason, CancellationToken cancellationToken);
}

/// <param name="TaskId">Whose step it was.</param>
/// <param name="StepId">Which.</param>
/// <param name="Attempt">Of that step, from 1.</param>
/// <param name="Pids">The processes that are known to have been its own.</param>
/// <param name="Took">From the request until none was left.</param>
public sealed record EndedStep(TaskId TaskId, string StepId, int Attempt, IReadOnlyList<int> Pids, TimeSpan Took);
