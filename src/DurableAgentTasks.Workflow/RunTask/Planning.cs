using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// A plan by the agent. What it says is taken if it is valid; it is told once what is wrong; then the task goes by a plan of one phase and
/// one step, so that a plan always comes.
/// </summary>
internal sealed class Planning(TaskGeneration task)
{
    /// <summary>Whether work without a plan has a prospect where planning failed: not where the agent cannot work at all.</summary>
    public static bool CanFallBackAfter(FailureClass failure) =>
        failure is not (FailureClass.Auth or FailureClass.Quota or FailureClass.StartUp);

    public async Task AcceptAsync(bool fallback)
    {
        var run = task.Run;
        var accepted = await task.CallAsync(TaskActivities.AcceptPlan, new AcceptPlan(task.TaskId, run.Work.Attempt, fallback));
        var errors = string.Join(" ", accepted.Errors.Select(error => $"{error.Path}: {error.Message}"));
        if (accepted is not { Plan: { } plan, Outline: { } outline })
        {
            if (fallback) throw new InvalidOperationException($"There is no plan to fall back on: {errors}");
            task.Timeline.Warning("plan_refused", $"The agent's plan cannot be taken; it is asked once more. {errors}", task.Now);
            task.Run = run with { Work = run.Work with { PlanRefused = true, Retries = 0 } };
            return;
        }

        task.Timeline.PlanMade(plan, task.Now);
        if (accepted.Errors.Count > 0) task.Timeline.Warning("plan_fallback", $"The agent made no valid plan: the task is one step. {errors}", task.Now);
        task.Run = run with { Outline = outline, Work = new StepWork() };
        if (run.State == TaskState.Planning) task.Move(TaskState.Executing, "plan_made"); // A pause may have come first.
        task.Finish();
    }
}
