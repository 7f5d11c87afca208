using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Planning;

/// <summary>The activity <c>AcceptPlan</c>: takes what the agent said as the plan of the task, if it is one.</summary>
public sealed class PlanAcceptance(PlanTexts plans, TaskRecords records, TaskOutlines outlines)
{
    private const int LongestTitle = 80;

    public async Task<AcceptedPlan> AcceptAsync(AcceptPlan input, CancellationToken cancellationToken)
    {
        var record = await records.ReadAsync(TaskId.Parse(input.TaskId), cancellationToken);
        var reading = await plans.ReadAsync(record, input.Attempt, cancellationToken);
        var plan = reading.Plan ?? (input.Fallback ? Fallback(record.Request.Prompt!) : null);
        return new AcceptedPlan(plan, plan is null ? null : outlines.Of(record.Request, plan), reading.Errors);
    }

    /// <summary>One phase of one step: the task as it was given.</summary>
    private static Plan Fallback(string prompt)
    {
        var firstLine = prompt.Trim().Split('\n')[0].Trim();
        var title = firstLine.Length <= LongestTitle ? firstLine : $"{firstLine[..(LongestTitle - 1)]}…";
        return new Plan([new Phase(1, title, [new Step { Id = "1.1", Title = title, Kind = StepKind.Agent, Prompt = prompt }])]);
    }
}
