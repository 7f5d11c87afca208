using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class TimeoutTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly StepRetry Once = new(1, []);

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_is_stopped_when_its_timeout_is_over_and_not_before(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", TenMinutes, retry: Once)), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.UntilTimersAsync(1);
        await task.RestartAsync(restart);
        task.Time.Advance(TenMinutes - TimeSpan.FromMilliseconds(1));
        Assert.Empty(task.Activities.Stops);
        task.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RuntimeStatus.Failed, (await task.EndAsync()).Status);
        Assert.Equal(StopReason.StepTimeout, Assert.Single(task.Activities.Stops).Reason);
        Assert.Equal("step_timeout", task.Record.Error!.Code);
        Assert.Equal(WorkStatus.Failed, Assert.Single(task.Record.Steps).Status);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_engine_may_restart_while_a_stop_is_on_its_way()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", TenMinutes, retry: Once)), script =>
        {
            script.Hold("1.1");
            script.Holds = call => call is StopStep;
        });
        await task.UntilTimersAsync(1);
        task.Time.Advance(TenMinutes);
        await task.UntilAsync(() => task.Activities.Held.Task.IsCompleted);
        await task.RestartAsync();
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        Assert.Equal("step_timeout", task.Record.Error!.Code);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_that_succeeds_in_the_moment_of_its_timeout_has_succeeded()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", TenMinutes), Outlines.Step("1.2")), script => script.Hold("1.1"));
        task.Activities.WhenStopped = ScriptedActivities.Exited(0);
        await task.UntilTimersAsync(1);
        task.Time.Advance(TenMinutes);
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(StepKind.Agent, true)]
    [InlineData(StepKind.File, false)]
    [InlineData(StepKind.Search, false)]
    public async Task A_timed_out_step_is_tried_again_three_times_and_only_an_agent_goes_on_in_its_session(StepKind kind, bool goesOn)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", TenMinutes) with { Kind = kind }), script => script.Hold("1.1"));
        task.Activities.WhenStopped = task.Activities.WhenStopped with { Agent = new(new("s-1", null), null, null) };
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await task.UntilBegunAsync("1.1", attempt);
            await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Attempt == attempt));
            Assert.Equal(StopReason.StepTimeout, task.Activities.Stops.Last().Reason);
            if (attempt < 4) await task.PassUntilAsync(() => task.Activities.Begun.Any(begun => begun.Attempt == attempt + 1));
        }

        Assert.Equal(RuntimeStatus.Failed, (await task.EndAsync()).Status);
        Assert.Equal("step_timeout", task.Record.Error!.Code);
        Assert.All(task.Activities.Begun.Skip(1), begun => Assert.Equal(goesOn ? "s-1" : null, begun.Session?.Id));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_its_deadline_a_task_completes_with_what_is_done(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 2, taskTimeout: TenMinutes), script => script.Hold("2.1"));
        await task.UntilBegunAsync("2.1");
        await task.UntilTimersAsync(1);
        await task.RestartAsync(restart);
        task.Time.Advance(TenMinutes);
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
        Assert.Equal(StopReason.TaskTimeout, Assert.Single(task.Activities.Stops).Reason);
        Assert.Equal(new TaskResult(TaskOutcome.Partial, "2 of 4 steps were completed."), task.Record.Result);
        Assert.Contains(task.Activities.Timeline, entry => entry is { To: TaskState.Completing, Trigger: "task_timeout" });
        Assert.Equal(WorkStatus.Cancelled, task.Record.Steps[^1].Status);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_deadline_during_the_wait_for_another_attempt_ends_the_task()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(TimeSpan.FromSeconds(2), [Outlines.Step("1.1", retry: new StepRetry(4, []))]), script => script.Exits("1.1", 1));
        await task.UntilTimersAsync(2);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.UntilBegunAsync("1.1", 2);
        await task.UntilTimersAsync(4);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.1#2"], task.Activities.Attempts);
        Assert.Equal(TaskState.Completed, task.Record.State);
        Assert.Equal(TaskOutcome.Partial, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_timer_that_fires_early_ends_no_step()
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(Outlines.Step("1.1", TenMinutes, retry: Once)), context => new EarlyTimers(context));
        task.Activities.Hold("1.1");
        await task.StartAsync();
        await task.UntilTimersAsync(1);
        task.Time.Advance(TenMinutes - TimeSpan.FromSeconds(1));
        await task.UntilTimersAsync(2);
        Assert.Empty(task.Activities.Stops);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.EndAsync();
        Assert.Equal("step_timeout", task.Record.Error!.Code);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_timer_that_fires_early_shortens_no_wait_for_another_attempt()
    {
        await using var task = await TaskScenario.OpenAsync(
            Outlines.Of(Outlines.Step("1.1", retry: new StepRetry(3, []))), context => new EarlyTimers(context));
        task.Activities.Exits("1.1", 1, 1, 0);
        await task.StartAsync();
        await task.UntilTimersAsync(2);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.UntilTimersAsync(4);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.UntilTimersAsync(5);
        Assert.Equal(2, task.Activities.Attempts.Count());
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.EndAsync();
        Assert.Equal(3, task.Activities.Attempts.Count());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task No_timer_is_open_when_a_task_ends_before_its_limits()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(TenMinutes, [Outlines.Step("1.1", TimeSpan.FromMinutes(1))], [Outlines.Step("2.1", TimeSpan.FromMinutes(1))]));
        var start = task.Time.GetUtcNow();
        await task.EndAsync();
        Assert.Equal(start, task.Time.GetUtcNow());
        var history = await task.HistoryAsync();
        Assert.DoesNotContain(history, entry => entry.Type == "TimerFired");
    }
}
