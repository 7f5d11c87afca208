using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>What the orchestration is told of a plan.</summary>
public sealed class TaskOutlines(TaskAdmission admission, CheckpointOptions checkpoints)
{
    /// <param name="request">The task.</param>
    /// <param name="plan"><see langword="null"/> if the agent is still to make one.</param>
    public TaskOutline Of(TaskRequest request, Plan? plan)
    {
        var timeouts = new EffectiveTimeouts(admission.Rules.Timeouts, request.Timeouts);
        var phases = plan?.Phases.Select(phase => new PhaseOutline(
            Shorten(phase.Title),
            [.. phase.Steps.Select(step => Of(step, timeouts))]));
        return new TaskOutline(request.Agent, request.AgentId, [.. phases ?? []], timeouts.Task)
        {
            PhaseTimeout = timeouts.Phase,
            LongestTask = admission.Rules.Timeouts.Task.Max,
            LongestPhase = admission.Rules.Timeouts.Phase.Max,
            CheckpointInterval = checkpoints.Interval,

            // Whatever was asked for, what the task changed can be had as a patch.
            Delivers = true,
            BeginsAt = request.CheckpointId,
            PlanTimeout = timeouts.OfStep(new Step { Id = TaskOutline.PlanStepId, Title = "Plan", Kind = StepKind.Agent }),
        };
    }

    private static StepOutline Of(Step step, EffectiveTimeouts timeouts) => new(step.Id, timeouts.OfStep(step), step.Critical, step.Retry)
    {
        Kind = step.Kind,
        Title = Shorten(step.Title),
        Risky = step.Risky,
        Milestone = step.Milestone,
        Approval = step.Approval,
    };

    private static string Shorten(string title) => ShortText.Of(title, PhaseOutline.MaxTitleLength);
}
