namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>Ends the orchestration of a task that failed, so that the engine shows it as failed too.</summary>
public sealed class TaskFailedException(string message) : Exception(message);
