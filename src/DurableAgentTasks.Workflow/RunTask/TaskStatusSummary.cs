using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>The custom status: what lists and dashboards show of a task without reading its record.</summary>
public sealed record TaskStatusSummary(
    TaskState State, string? Detail, string? Agent, string? AgentId, int Percentage, int StepsCompleted, int TotalSteps, string? CurrentPhase);
