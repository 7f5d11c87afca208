using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class RecoveryTests
{
    private static readonly AgentReport Report = new(new("s-1", null), new(10, 20, 0, 0, 0.5m), "2.1");

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_transient_failure_is_tried_again_in_the_session_and_the_decision_is_recorded()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(1, 1), script => script.Script("1.1", Failed(FailureClass.Transient), ScriptedActivities.Exited(0) with { Agent = Report }));
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 2);
        await task.EndAsync();
        Assert.Equal("s-1", task.Activities.Begun.Last().Session!.Id);
        var decision = Assert.Single(Decisions(task));
        Assert.Equal((FailureClass.Transient, RecoveryAction.Retry, 1, "it said transient"), (decision.Class, decision.Action, decision.Attempt, decision.Evidence));
        Assert.InRange(decision.Delay!.Value.TotalSeconds, 1, 1.5);
        Assert.Equal(new TokenUsage(20, 40, 0, 0, 1), task.Record.Usage);
        Assert.Equal(task.Record.Usage, task.Record.Steps[0].Usage);
        Assert.Equal(2, task.Record.Steps[0].Attempts);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(FailureClass.Crash, 4)]
    [InlineData(FailureClass.StartUp, 2)]
    [InlineData(FailureClass.Auth, 1)]
    [InlineData(FailureClass.Session, 1)]
    public async Task When_retries_are_spent_the_task_fails_and_says_of_what(FailureClass @class, int attempts)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Script("1.1", Failed(@class)));
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == attempts);
        Assert.Equal(RuntimeStatus.Failed, (await task.EndAsync()).Status);
        Assert.Equal(attempts, task.Activities.Attempts.Count());
        Assert.Equal(RecoveryAction.Fail, Decisions(task).Last().Action);
        var name = @class == FailureClass.StartUp ? "start_up" : @class.ToString().ToLowerInvariant();
        Assert.Equal(new TaskError("step_failed", $"Step 1.1 failed ({name}): It broke.", "1.1"), task.Record.Error);
        Assert.Equal("leave", task.Activities.Queueing.Last());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Another_attempt_after_a_failure_is_a_resumption_by_error()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", retry: new(2, []))), script => script.Exits("1.1", 3, 0));
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 2);
        await task.EndAsync();
        var resumption = Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Resumption);
        Assert.Equal(("error", "Step 1.1 is tried again after a failure."), (resumption.Trigger, resumption.Reason));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_that_is_not_critical_is_skipped_when_its_retries_are_spent()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", critical: false), Outlines.Step("1.2")), script => script.Script("1.1", Failed(FailureClass.Denied)));
        await task.EndAsync();
        Assert.Equal(RecoveryAction.Skip, Assert.Single(Decisions(task)).Action);
        Assert.Equal([WorkStatus.Skipped, WorkStatus.Completed], task.Record.Steps.Select(step => step.Status));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_quota_pauses_the_task_without_a_slot_until_it_resets(bool restart)
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1", retry: new(1, []))]));
        var resets = task.Time.GetUtcNow().AddHours(5);
        task.Activities.Script("1.1", Failed(FailureClass.Quota, resets), ScriptedActivities.Exited(0));
        await task.StartAsync();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal("quota", task.Record.Detail);
        await task.UntilAsync(() => task.Activities.Queueing.Last() == "leave");
        await task.RestartAsync(restart);
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 2);
        Assert.Equal(resets, task.Time.GetUtcNow());
        await task.EndAsync();
        Assert.Equal("s-1", task.Activities.Begun.Last().Session!.Id);
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
        Assert.Contains(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "quota" });
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Who_pauses_a_wait_for_a_quota_resumes_it_too()
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(1, 1));
        task.Activities.Script("1.1", Failed(FailureClass.Quota, task.Time.GetUtcNow().AddHours(5)), ScriptedActivities.Exited(0));
        await task.StartAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.PauseAsync();
        await task.UntilAsync(() => task.Record.Detail == "operator");
        task.Time.Advance(TimeSpan.FromHours(9));
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Contains(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "user_request" });
        Assert.DoesNotContain(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "quota" });
    }

    private static StepOutcome Failed(FailureClass @class, DateTimeOffset? resetsAt = null) => new(StepEnding.Failed, 1, "It broke.")
    {
        Failure = new(@class, $"it said {@class.ToString().ToLowerInvariant()}", resetsAt),
        Agent = Report,
    };

    private static IEnumerable<RecoveryData> Decisions(TaskScenario task) =>
        task.Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Recovery).Select(entry => entry.DataAs<RecoveryData>());
}
