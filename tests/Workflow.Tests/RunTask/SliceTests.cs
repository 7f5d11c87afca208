using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class SliceTests
{
    private static readonly StepOutcome StillRunning = new(StepEnding.StillRunning, null, null) { Agent = new(new("s-1", null), null, "2.1") };

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Slices_of_an_attempt_go_on_in_the_session_that_was_reported(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, StillRunning);
        await task.UntilAsync(() => task.Activities.Begun.Count == 2);
        await task.RestartAsync(restart);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
        Assert.Null(task.Activities.Begun.First().Session);
        Assert.All(task.Activities.Begun.Skip(1), slice => Assert.Equal("s-1", slice.Session!.Id));
        Assert.Single(task.Activities.Timeline, entry => entry.Trigger == "step_started");
        Assert.Equal(("s-1", "2.1"), (task.Record.Steps[0].SessionId, task.Record.Steps[0].AgentVersion));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false, "The host of step 1.1 was started again.")]
    [InlineData(true, "Step 1.1 goes on on another host: the one that ran it is gone.")]
    public async Task An_attempt_that_went_on_after_the_end_of_its_host_is_recorded_as_a_resumption(bool moved, string reason)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, StillRunning with { Resumed = true, Moved = moved });
        await task.UntilAsync(() => task.Activities.Begun.Count == 2);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        var entry = Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Resumption);
        Assert.Equal(("restart", reason), (entry.Trigger, entry.Reason));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_attempt_whose_host_ends_is_called_for_when_that_has_ended()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, StillRunning with { HandedOver = true });
        await task.UntilTimersAsync(2);
        await task.PassUntilAsync(() => task.Activities.Begun.Count == 2);
        Assert.InRange(task.Time.GetUtcNow(), start.AddSeconds(5), start.AddSeconds(6));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_timeout_of_an_attempt_counts_from_its_first_slice()
    {
        var outline = Outlines.Of(Outlines.Step("1.1", TimeSpan.FromHours(2), retry: new(1, [])));
        await using var task = await TaskScenario.StartAsync(outline, script => script.Hold("1.1"));
        var start = task.Time.GetUtcNow();
        for (var slice = 1; slice <= 7; slice++)
        {
            await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddMinutes(15 * slice));
            task.Activities.End("1.1", 1, StillRunning);
            await task.UntilAsync(() => task.Activities.Begun.Count == slice + 1);
        }

        Assert.Empty(task.Activities.Stops);
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(start.AddHours(2), task.Time.GetUtcNow());
        await task.EndAsync();
        Assert.Equal("step_timeout", task.Record.Error!.Code);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_attempt_whose_slice_was_over_in_the_moment_of_a_cancel_is_stopped()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script =>
        {
            script.Hold("1.1");
            script.Holds = call => call is StopStep;
        });
        await task.UntilBegunAsync("1.1");
        await task.CancelAsync();
        await task.Activities.Held.Task;
        task.Activities.End("1.1", 1, StillRunning);
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        Assert.Equal(2, task.Activities.Begun.Count);
        Assert.EndsWith("2 processes ended in 0.1 s (sh 7, sleep 8).", task.Record.Result!.Summary, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_history_stays_short_over_many_slices_and_nothing_is_forgotten()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(TimeSpan.FromDays(3), [Outlines.Step("1.1")]), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        for (var slice = 1; slice <= 250; slice++)
        {
            task.Activities.End("1.1", 1, StillRunning);
            await task.UntilAsync(() => task.Activities.Begun.Count > slice);
        }

        Assert.InRange((await task.HistoryAsync()).Count, 1, 500);
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Equal("s-1", task.Activities.Begun.Last().Session!.Id);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_history_stays_short_in_a_phase_of_many_steps()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(phases: 1, steps: 300));
        await task.EndAsync();
        Assert.InRange((await task.HistoryAsync()).Count, 1, 500);
        Assert.Equal(300, task.Activities.Begun.Count);
        Assert.Equal(new TaskResult(TaskOutcome.Success, "300 of 300 steps were completed."), task.Record.Result);
    }
}
