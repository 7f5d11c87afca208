namespace DurableAgentTasks.Core.Tasks;

/// <summary>Where a task stands in its life. What may follow what is the table of the lifecycle.</summary>
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
