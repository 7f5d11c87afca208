using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// Steps that an operator must approve. The task pauses before such a step, and goes on with the answer, or with the step's default once
/// its time is over. A step that is rejected fails the task if it is critical, and is skipped if not.
/// </summary>
internal static class Approving
{
    public static bool NeedsVerdict(TaskRun run, StepOutline step) => step.Approval is not null && run.Verdict?.StepId != step.Id;

    public static TaskPause WaitFor(StepOutline step, DateTimeOffset now) => new(PauseDetails.Approval)
    {
        StepId = step.Id,
        Until = now + step.Approval!.Timeout,
        Reason = $"Step {step.Id} waits for an approval.",
    };

    /// <summary>Nobody has answered in time.</summary>
    public static StepVerdict Default(StepOutline step)
    {
        var approved = step.Approval?.Default == ApprovalDefault.Approve;
        return new StepVerdict(step.Id, approved, By: null, $"Nobody answered in time: the step is {(approved ? "approved" : "rejected")}.");
    }

    public static string Rejection(StepVerdict verdict) =>
        verdict.By is null ? verdict.Reason!
        : verdict.Reason is { } reason ? $"It was rejected by {verdict.By}: {reason}"
        : $"It was rejected by {verdict.By}.";
}
