namespace DurableAgentTasks.Core.Tasks;

/// <summary>Why a task that stood still goes on.</summary>
public enum ResumptionKind
{
    UserRequest,
    Timeout,
    Error,
    Hibernation,
    Restart,
    Quota,
}
