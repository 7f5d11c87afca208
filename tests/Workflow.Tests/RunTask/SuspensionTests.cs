using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

/// <summary>The engine's own suspension tells the orchestration nothing; its clocks stand still all the same.</summary>
public sealed class SuspensionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("task", StopReason.TaskTimeout)]
    [InlineData("phase", StopReason.Paused)]
    [InlineData("step", StopReason.StepTimeout)]
    public async Task A_deadline_is_later_by_the_time_of_a_suspension(string limit, StopReason stop)
    {
        TimeSpan? Of(string name) => limit == name ? Hour : null;
        var outline = Outlines.Of(Of("task"), [Outlines.Step("1.1", Of("step"))]) with { PhaseTimeout = Of("phase") };
        await using var task = await TaskScenario.StartAsync(outline, script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        var end = task.Time.GetUtcNow() + (3 * Hour);
        task.Time.Advance(Hour / 2);
        await task.SuspendAsync(2 * Hour);
        await task.UntilAsync(() => task.Record.Paused == 2 * Hour);
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= end - TimeSpan.FromMinutes(2));
        Assert.Empty(task.Activities.Stops);
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(stop, task.Activities.Stops.First().Reason);
        Assert.Equal(end, task.Time.GetUtcNow());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_is_not_stopped_for_the_time_of_a_suspension_that_came_while_its_slot_was_renewed()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", Hour)), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        task.Activities.Holds = call => call is JoinQueue;
        await task.PassUntilAsync(() => task.Activities.Held.Task.IsCompleted);
        await task.SuspendAsync(3 * Hour, () =>
        {
            task.Activities.Gate.SetResult();
            return Task.CompletedTask;
        });
        await task.UntilAsync(() => task.Record.Paused == 3 * Hour);
        var resumed = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= resumed + (Hour / 2));
        Assert.Empty(task.Activities.Stops);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_short_suspension_counts_when_the_limit_would_be_reached()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1", Hour)), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        var end = task.Time.GetUtcNow() + Hour;
        task.Time.Advance(TimeSpan.FromMinutes(1));
        await task.SuspendAsync(20 * Second);
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(end + (20 * Second), task.Time.GetUtcNow());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task It_does_not_delay_the_end_of_what_began_after_it()
    {
        var outline = Outlines.Of(taskTimeout: null, [Outlines.Step("1.1"), Outlines.Step("1.2", Hour)]);
        await using var task = await TaskScenario.StartAsync(outline, script =>
        {
            script.Hold("1.1");
            script.Hold("1.2");
        });
        await task.UntilTimersAsync(1);
        await task.SuspendAsync(20 * Second);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("1.2");
        var end = task.Time.GetUtcNow() + Hour;
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(end, task.Time.GetUtcNow());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_was_suspended_while_the_task_was_paused_counts_once()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(taskTimeout: Hour, [Outlines.Step("1.1")]), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        var end = task.Time.GetUtcNow() + Hour;
        await task.SuspendAsync(20 * Second);
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(20 * Second, task.Record.Paused);
        await task.SuspendAsync(40 * Second);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", attempt: 2);
        Assert.Equal(60 * Second, task.Record.Paused);
        await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Reason == StopReason.TaskTimeout));
        Assert.Equal(end + (60 * Second), task.Time.GetUtcNow());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task It_is_recorded_and_no_time_of_the_step()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1")), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        task.Time.Advance(30 * Second);
        await task.SuspendAsync(2 * Hour);
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry.Type == TimelineTypes.Resumption));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        var resumption = Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Resumption);
        Assert.Equal(("hibernation", "Its orchestration had been suspended for PT2H."), (resumption.Trigger, resumption.Reason));
        Assert.Equal(30 * Second, Assert.Single(task.Record.Steps).Took);
        Assert.Equal((30 * Second, 2 * Hour), (TaskDurations.Of(task.Record, task.Time.GetUtcNow()) is var took ? (took.Active, took.Paused) : default));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("handing over", false)]
    [InlineData("handing over", true)]
    [InlineData("ending", false)]
    [InlineData("ending", true)]
    public async Task It_counts_also_in_the_last_moment_of_a_generation_or_a_task(string moment, bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 1), script =>
        {
            script.Hold("2.1");
            script.Holds = call => moment == "ending" ? call is LeaveQueue : call is RecordTimeline { Entries: [.., { Trigger: "step_completed" }] };
        });
        if (moment == "ending") await EndAsync();
        await task.Activities.Held.Task;
        var answered = await AnsweredAsync();
        await task.SuspendAsync(3 * Hour, async () =>
        {
            task.Activities.Gate.SetResult();
            while (await AnsweredAsync() == answered) await Task.Yield();
        });
        await task.RestartAsync(restart);
        if (moment != "ending") await EndAsync();
        await task.EndAsync();
        Assert.Equal(3 * Hour, task.Record.Paused);

        async Task<int> AnsweredAsync() => (await task.HistoryAsync()).Count(entry => entry.Type == "TaskCompleted");

        async Task EndAsync()
        {
            await task.UntilBegunAsync("2.1");
            task.Time.Advance(Second);
            task.Activities.End("2.1", 1, ScriptedActivities.Exited(0));
        }
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_short_one_that_the_runner_has_seen_is_no_time_of_the_step()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1")), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        task.Time.Advance(30 * Second);
        await task.SuspendAsync(20 * Second);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0) with { WasSuspended = true });
        await task.EndAsync();
        Assert.Equal(30 * Second, Assert.Single(task.Record.Steps).Took);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task It_is_told_as_paused_also_while_the_task_waits_for_its_turn_to_go_on_and_counts_once()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(taskTimeout: Hour, [Outlines.Step("1.1")]), script => script.Hold("1.1"));
        await task.UntilTimersAsync(1);
        var end = task.Time.GetUtcNow() + Hour;
        await task.PauseAsync();
        await task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        task.Activities.Place = new QueuePlace(HasSlot: false, "queued:1");
        await task.ResumeAsync();
        await task.UntilAsync(() => task.Record is { State: TaskState.Resuming, Detail: "queued:1" });
        await task.UntilTimersAsync(2);
        await task.SuspendAsync(2 * Hour, () =>
        {
            task.Activities.Place = new QueuePlace(HasSlot: true, Detail: null);
            return Task.CompletedTask;
        });
        await task.UntilBegunAsync("1.1", attempt: 2);
        Assert.Equal(2 * Hour, task.Record.Paused);
        await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Reason == StopReason.TaskTimeout));
        Assert.Equal(end + (2 * Hour), task.Time.GetUtcNow());
    }
}
