using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>The custom status: what lists and dashboards show of a task without reading its record.</summary>
public sealed record TaskStatusSummary(
    TaskState State, string? Detail, string? Agent, string? AgentId, int Percentage, int StepsCompleted, int TotalSteps, string? CurrentPhase)
{
    internal static TaskStatusSummary Of(TaskRun run)
    {
        var total = run.TotalSteps;
        var percentage = total == 0 ? 0 : 100 * (run.StepsCompleted + run.StepsSkipped) / total;
        return new(run.State, run.Detail, run.Outline.Agent, run.Outline.AgentId, percentage, run.StepsCompleted, total, run.Phase?.Title);
    }
}
