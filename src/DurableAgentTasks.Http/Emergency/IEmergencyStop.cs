using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Emergency;

/// <summary>Ends everything that runs on this host; the runners are its own affair.</summary>
public interface IEmergencyStop
{
    /// <summary>Ends every process of every task on this host, and returns within seconds, once none is left. The tasks are told by the caller.</summary>
    /// <param name="command">Who wants it, and why.</param>
    /// <param name="cancellationToken">Gives up waiting; what was asked to end still does.</param>
    Task<EmergencyReport> StopAllAsync(OperatorCommand command, CancellationToken cancellationToken);
}

/// <param name="Stopped">What ran.</param>
/// <param name="Took">Until nothing was left of it.</param>
public sealed record EmergencyReport(IReadOnlyList<StoppedStep> Stopped, TimeSpan Took);

/// <param name="TaskId">Whose step it was.</param>
/// <param name="StepId">Which.</param>
/// <param name="Attempt">Of that step, from 1.</param>
/// <param name="Pids">The processes that are known to have been its own.</param>
/// <param name="Took">Until none of them was left.</param>
public sealed record StoppedStep(TaskId TaskId, string StepId, int Attempt, IReadOnlyList<int> Pids, TimeSpan Took);
