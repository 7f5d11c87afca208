using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class PlanningTests
{
    private static readonly Plan Plan = new([new(1, "Phase 1", [new() { Id = "1.1", Title = "s", Kind = StepKind.Agent, Prompt = "p" }])]);
    private static readonly TaskOutline Unplanned = new("claude", null, [], TimeSpan.FromHours(4)) { PlanTimeout = TimeSpan.FromHours(2) };
    private static readonly AcceptedPlan Accepted = new(Plan, Outlines.Of(1, 1), []);

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_plan_of_the_agent_is_taken_and_carried_out()
    {
        await using var task = await StartAsync(_ => Accepted, ScriptedActivities.Exited(0) with { Agent = new(null, new(1, 2, 3, 4, 1), null) });
        await task.EndAsync();
        Assert.Equal(["plan#1", "1.1#1"], task.Activities.Attempts);
        Assert.Equal([new AcceptPlan("task-1", 1, Fallback: false)], task.Activities.Plans);
        Assert.Equal(
            ["planning started", "executing plan_made", "checkpointing phase", "executing checkpointed", "completing all_steps_done", "completed completed"],
            task.Activities.Timeline.Where(entry => entry.To is not null).Select(entry => $"{entry.To.ToString()!.ToLowerInvariant()} {entry.Trigger}"));
        Assert.Equal("Phase 1", task.Record.Plan!.Phases[0].Title);
        Assert.Equal(new TokenUsage(1, 2, 3, 4, 1), task.Record.Usage);
        Assert.DoesNotContain(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Warning);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wrong_plan_is_asked_for_once_more_in_the_session_before_the_fallback_is_taken(bool mended)
    {
        var wrong = new AcceptedPlan(null, null, [new("plan.phases", "is missing.")]);
        await using var task = await StartAsync(
            ask => !ask.Fallback ? wrong : mended ? Accepted : Accepted with { Errors = wrong.Errors },
            ScriptedActivities.Exited(0) with { Agent = new(new("s-1", null), null, null) });
        await task.EndAsync();
        Assert.Equal(["plan#1", "plan#2", "1.1#1"], task.Activities.Attempts);
        Assert.Equal([(1, false), (2, true)], task.Activities.Plans.Select(ask => (ask.Attempt, ask.Fallback)));
        Assert.Equal("s-1", task.Activities.Begun.ElementAt(1).Session!.Id);
        string[] warnings = mended ? ["plan_refused"] : ["plan_refused", "plan_fallback"];
        Assert.Equal(warnings, task.Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Warning).Select(entry => entry.Trigger));
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(FailureClass.Limits, true)]
    [InlineData(FailureClass.Rejected, true)]
    [InlineData(FailureClass.Auth, false)]
    public async Task Planning_that_fails_for_good_falls_back_unless_the_agent_cannot_work_at_all(FailureClass @class, bool fallsBack)
    {
        var failed = new StepOutcome(StepEnding.Failed, 1, "It broke.") { Failure = new(@class, "it said so", null) };
        await using var task = await StartAsync(_ => Accepted with { Errors = [new("plan", "is missing.")] }, failed);
        await task.EndAsync();
        Assert.Equal(fallsBack ? TaskState.Completed : TaskState.Failed, task.Record.State);
        if (fallsBack) Assert.Contains(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Warning, Trigger: "plan_fallback" });
        else Assert.Equal(new TaskError("step_failed", "Step plan failed (auth): It broke.", "plan"), task.Record.Error);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Planning_can_be_paused_resumed_and_cancelled()
    {
        await using var task = await TaskScenario.StartAsync(Unplanned, script => script.Hold("plan"));
        await task.UntilBegunAsync("plan");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.UntilBegunAsync("plan", 2);
        Assert.Equal(TaskState.Planning, task.Record.State);
        await task.CancelAsync();
        await task.EndAsync();
        Assert.StartsWith("Cancelled after nothing was done, for there was no plan yet.", task.Record.Result!.Summary, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_deadline_during_planning_completes_the_task_with_nothing_done()
    {
        await using var task = await TaskScenario.StartAsync(Unplanned with { PlanTimeout = null }, script => script.Hold("plan"));
        await task.UntilBegunAsync("plan");
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        await task.EndAsync();
        Assert.Equal(new TaskResult(TaskOutcome.Partial, "Nothing was done, for there was no plan yet."), task.Record.Result);
    }

    private static Task<TaskScenario> StartAsync(Func<AcceptPlan, AcceptedPlan> accept, StepOutcome planning) =>
        TaskScenario.StartAsync(Unplanned, script =>
        {
            script.Plan = accept;
            script.Script("plan", planning);
        });
}
