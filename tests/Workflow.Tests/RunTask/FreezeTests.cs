using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class FreezeTests
{
    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_frozen_attempt_goes_on_where_it_stood_and_its_time_does_not_count(bool restart)
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1", TimeSpan.FromMinutes(20)));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        task.Time.Advance(TimeSpan.FromMinutes(8));
        await task.RestartAsync(restart);
        await task.ResumeAsync();
        await task.UntilStateAsync(TaskState.Executing);
        Assert.Equal([true, false], task.Activities.Freezings.Select(call => call.Frozen));
        Assert.Equal(["pause", "resume"], task.Actions);
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal((StopReason.StepTimeout, start.AddMinutes(28)), (task.Activities.Stops.First().Reason, task.Time.GetUtcNow()));
        Assert.Equal(TimeSpan.FromMinutes(8), task.Record.Paused);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_freeze_becomes_a_stop_after_ten_minutes()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal("join", task.Activities.Queueing.Last());
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal((StopReason.Paused, start.AddMinutes(10)), (task.Activities.Stops.First().Reason, task.Time.GetUtcNow()));
        await task.UntilAsync(() => task.Activities.Queueing.Last() == "leave");
        Assert.Equal(TaskState.Paused, task.Record.State);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_frozen_attempt_can_be_cancelled()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        await task.CancelAsync();
        await task.EndAsync();
        Assert.Equal((TaskState.Cancelled, StopReason.Cancelled), (task.Record.State, task.Activities.Stops.Single().Reason));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_frozen_attempt_is_stopped_if_somebody_loses_patience_or_wants_a_checkpoint_back()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("resume", """{"checkpointId":"00000000000000aa"}""");
        await task.UntilBegunAsync("1.1", 2);
        Assert.Single(task.Activities.Stops);
        Assert.Single(task.Activities.Restores);
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        await task.PauseAsync("stop");
        await task.UntilAsync(() => task.Activities.Stops.Count == 2);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_cannot_stand_still_is_stopped()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        task.Activities.Freezes = false;
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(StopReason.Paused, task.Activities.Stops.Single().Reason);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_attempt_that_ends_in_the_moment_it_is_frozen_is_over()
    {
        await using var task = await EndedWhileFrozenAsync(exitCode: 0);
        Assert.Equal(TaskState.Paused, task.Record.State);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_attempt_that_dies_while_it_is_frozen_fails_its_task_when_that_is_resumed()
    {
        await using var task = await EndedWhileFrozenAsync(exitCode: 137);
        Assert.Equal(TaskState.Paused, task.Record.State);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal(["paused pause", "resuming resume", "failed step_failed"], task.Transitions.TakeLast(3));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_history_of_a_paused_task_that_is_to_fail_stays_short_however_much_it_is_told()
    {
        await using var task = await EndedWhileFrozenAsync(exitCode: 137);
        for (var i = 1; i <= 300; i++)
        {
            await task.RaiseAsync("checkpoint", $$"""{"by":"op-{{i}}"}""");
            await task.UntilAsync(() => task.Actions.Count(action => action == "checkpoint") == i);
        }

        Assert.InRange((await task.HistoryAsync()).Count, 1, 600);
        Assert.Equal(TaskState.Paused, task.Record.State);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal(["paused pause", "resuming resume", "failed step_failed"], task.Transitions.TakeLast(3));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_went_on_beside_an_attempt_may_end_while_it_is_frozen()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        task.Activities.Holds = call => call is ReadPulse;
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Activities.Held.Task.IsCompleted);
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Gate.SetResult();
        while (!(await task.HistoryAsync()).Any(IsPulse)) await Task.Yield();
        await task.ResumeAsync();
        await task.UntilStateAsync(TaskState.Executing);
        Assert.InRange((await task.HistoryAsync()).Count, 1, 100);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_is_asked_to_pause_again_in_the_moment_it_was_to_go_on_stays_frozen()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        task.Activities.Holds = call => call is FreezeStep { Frozen: true };
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.Activities.Held.Task;
        await task.ResumeAsync();
        await task.PauseAsync("drain");
        task.Activities.Gate.SetResult();
        await task.UntilStateAsync(TaskState.Paused);
        await task.UntilAsync(() => task.Actions.Count() == 3);
        task.Time.Advance(TimeSpan.FromMinutes(8));
        await task.ResumeAsync();
        await task.UntilStateAsync(TaskState.Executing);
        Assert.Equal([true, false], task.Activities.Freezings.Select(call => call.Frozen));
        Assert.Empty(task.Activities.Stops);
    }

    /// <summary>Its slice is over when it is stopped, and a freeze is wished for again before the next slice finds it ended.</summary>
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_stop_to_pause_that_nobody_wants_any_more_is_no_failure()
    {
        await using var task = await StartHeldAsync(Outlines.Step("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Holds = call => call is StopStep;
        await task.PauseAsync("stop");
        await task.Activities.Held.Task;
        task.Activities.End("1.1", 1, new StepOutcome(StepEnding.StillRunning, null, null));
        await task.ResumeAsync();
        await task.PauseAsync("freeze");
        task.Activities.Gate.SetResult();
        await task.UntilAsync(() => task.Activities.Queueing.Last() == "leave");
        Assert.Equal(TaskState.Paused, task.Record.State);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.DoesNotContain(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Recovery);
    }

    private static bool IsPulse(HistoryEntry entry) => entry.Type == "TaskCompleted" && entry.Payload!.Contains("idleWarningAfter", StringComparison.Ordinal);

    private static Task<TaskScenario> StartHeldAsync(StepOutline step) => TaskScenario.StartAsync(Outlines.Of(step), script => script.Hold("1.1"));

    private static async Task<TaskScenario> EndedWhileFrozenAsync(int exitCode)
    {
        var task = await StartHeldAsync(Outlines.Step("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(exitCode));
        await task.UntilAsync(() => task.Activities.Queueing.Last() == "leave");
        return task;
    }
}
