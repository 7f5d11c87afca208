namespace DurableAgentTasks.Core.Tasks;

/// <summary>Where a task stands in its life. What may follow what: <see cref="TaskLifecycle"/>.</summary>
public enum TaskState
{
    Created,
    Planning,
    Executing,
    Paused,
    Checkpointing,
    Resuming,
    Completing,
    Completed,
    Failed,
    Cancelled,
}
