using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class PauseTests
{
    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pause_stops_the_attempt_and_a_resume_goes_on_in_its_session(bool restart)
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 2));
        task.Activities.WhenStopped = task.Activities.WhenStopped with { Agent = new(new("s-1", null), null, null) };
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.RestartAsync(restart);
        Assert.Equal("operator", task.Record.Detail);
        Assert.Equal(StopReason.Paused, task.Activities.Stops.First().Reason);
        Assert.Equal(WorkStatus.Pending, task.Record.Steps[0].Status);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Equal("s-1", task.Activities.Begun.Last().Session!.Id);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.1#2", "1.2#1"], task.Activities.Attempts);
        Assert.Equal(
            [
                "planning started", "executing plan_given", "checkpointing manual", "executing checkpointed", "paused pause",
                "resuming resume", "executing resumed", "checkpointing phase", "executing checkpointed", "completing all_steps_done", "completed completed",
            ],
            task.Transitions);
        Assert.Equal([("pause", "ops", "lunch"), ("resume", "ops", "back")], Actions(task));
        Assert.Single(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "user_request" });
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_is_said_again_and_again_to_a_paused_task_does_not_lengthen_its_history()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        for (var said = 0; !IsContinued(); said++)
        {
            Assert.InRange(said, 0, 100);
            var before = Events();
            await task.PauseAsync();
            await task.UntilAsync(() => Events() > before || IsContinued());
        }

        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Equal(["pause", "resume"], task.Actions);

        int Events() => task.HistoryAsync().Result.Count(entry => entry.Type == "EventRaised");
        bool IsContinued() => task.HistoryAsync().Result[0].Payload!.Contains("runTaskVersion", StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_draining_pause_waits_for_the_attempt_over_its_slices()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 2));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("drain");
        await task.UntilAsync(() => Actions(task).Any());
        task.Activities.End("1.1", 1, new(StepEnding.StillRunning, null, null));
        await task.UntilAsync(() => task.Activities.Begun.Count == 2);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Empty(task.Activities.Stops);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resume_withdraws_a_pause_that_still_drains()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 2));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("drain");
        await task.ResumeAsync();
        await task.UntilAsync(() => Actions(task).Count() == 2);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.DoesNotContain("paused pause", task.Transitions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Who_asks_to_stop_does_not_wait_for_a_drain()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync("drain");
        await task.PauseAsync("stop");
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Single(task.Activities.Stops);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resume_before_the_stop_is_over_pauses_and_goes_on_at_once()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), script => script.Holds = call => call is StopStep);
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.Activities.Held.Task;
        await task.ResumeAsync();
        task.Activities.Gate.SetResult();
        await task.UntilBegunAsync("1.1", 2);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Contains("resuming resume", task.Transitions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resume_that_was_meant_for_another_pause_ends_no_emergency()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), script => script.Holds = call => call is StopStep);
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.Activities.Held.Task;
        await task.ResumeAsync();
        task.Activities.End("1.1", 1, Emergency);
        task.Activities.Gate.SetResult();
        await AssertRestsAsync(task);
        Assert.Equal(["pause", "resume", "checkpoint"], task.Actions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_that_gives_way_rests_after_an_emergency_all_the_same()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), script => script.Holds = call => call is StopStep);
        await task.UntilBegunAsync("1.1");
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await task.PassUntilAsync(() => task.Activities.Held.Task.IsCompleted);
        task.Activities.End("1.1", 1, Emergency);
        task.Activities.Gate.SetResult();
        await AssertRestsAsync(task);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_pause_that_crosses_the_end_of_its_step_pauses_after_it()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        task.Activities.WhenStopped = ScriptedActivities.Exited(0);
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(WorkStatus.Completed, task.Record.Steps[0].Status);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_is_in_effect_already_changes_nothing()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.ResumeAsync();
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.PauseAsync();
        await task.PauseAsync("drain");
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        await task.ResumeAsync();
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(["pause", "resume"], Actions(task).Select(action => action.Action));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_paused_task_can_be_cancelled(bool restart)
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.RestartAsync(restart);
        await task.CancelAsync();
        await task.EndAsync();
        Assert.Equal(TaskState.Cancelled, task.Record.State);
        Assert.Equal("Cancelled after 0 of 1 steps were completed.", task.Record.Result!.Summary);
        Assert.Equal(WorkStatus.Cancelled, task.Record.Steps[0].Status);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(null)]
    [InlineData("5")]
    [InlineData("\"now\"")]
    [InlineData("{\"mode\":\"freeze\",\"by\":7,\"reason\":\"\\ud800\"}")]
    public async Task A_pause_that_was_raised_natively_has_its_effect_whatever_is_in_it(string? payload)
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("PAUSE", payload);
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal([("pause", null, null)], Actions(task));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(StopReason.Idle, "idle")]
    [InlineData(StopReason.Budget, "budget")]
    [InlineData(StopReason.Emergency, "emergency")]
    public async Task What_its_runner_stops_pauses_the_task_until_an_operator_resumes_it(StopReason stop, string detail)
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, new(StepEnding.Stopped, null, "It was stopped.") { Stop = stop });
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(detail, task.Record.Detail);
        Assert.Empty(task.Activities.Stops);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Paused_time_counts_against_no_deadline()
    {
        var outline = Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]);
        await using var task = await StartHeldAsync(outline);
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddHours(1));
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        task.Time.Advance(TimeSpan.FromHours(10));
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Reason == StopReason.TaskTimeout));
        Assert.Equal(start.AddHours(14), task.Time.GetUtcNow());
        await task.EndAsync();
        Assert.Equal(TimeSpan.FromHours(10), task.Record.Paused);
        var warning = Assert.Single(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Warning, Trigger: "task_timeout_near" });
        Assert.Equal((start.AddHours(13), "Three quarters of the task's time are over; PT1H is left."), (warning.Time, warning.Reason));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_phase_whose_time_is_over_pauses_and_gets_it_in_full_again()
    {
        var outline = Outlines.Of(null, [Outlines.Step("1.1"), Outlines.Step("1.2")], [Outlines.Step("2.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await StartHeldAsync(outline, script => script.Hold("1.2"));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddMinutes(20));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("1.2");
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(start.AddMinutes(30), task.Time.GetUtcNow());
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal("phase_timeout", task.Record.Detail);
        task.Time.Advance(TimeSpan.FromHours(1));
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.2", 2);
        var resumed = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Attempt == 2));
        Assert.Equal(resumed.AddMinutes(30), task.Time.GetUtcNow());
    }

    private static StepOutcome Emergency => new(StepEnding.Stopped, null, "Everything was stopped.") { Stop = StopReason.Emergency };

    /// <summary>What is asked of it last is done, and it rests still.</summary>
    private static async Task AssertRestsAsync(TaskScenario task)
    {
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("checkpoint");
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry is { Type: TimelineTypes.Checkpoint, Trigger: "manual" }));
        Assert.Equal((TaskState.Paused, "emergency"), (task.Record.State, task.Record.Detail));
        Assert.DoesNotContain(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Resumption);
    }

    private static Task<TaskScenario> StartHeldAsync(TaskOutline outline, Action<ScriptedActivities>? script = null) =>
        TaskScenario.StartAsync(outline, activities =>
        {
            activities.Hold("1.1");
            script?.Invoke(activities);
        });

    private static IEnumerable<(string? Action, string? By, string? Reason)> Actions(TaskScenario task) =>
        task.Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Operator).Select(entry => (entry.Trigger, entry.By, entry.Reason));
}
