namespace DurableAgentTasks.Core.Tasks;

/// <summary>The orchestration of a task, as clients of either engine name it.</summary>
public static class TaskOrchestration
{
    /// <summary>Its input is the body of <c>POST /api/tasks</c>.</summary>
    public const string Name = "RunTask";
}
