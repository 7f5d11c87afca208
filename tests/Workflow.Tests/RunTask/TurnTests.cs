using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class TurnTests
{
    private static readonly QueuePlace Slot = new(HasSlot: true, Detail: null);

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_waits_for_its_turn_and_says_why_once(bool restart)
    {
        await using var task = await WaitingAsync("queued:2");
        await task.RestartAsync(restart);
        Assert.Equal((TaskState.Created, "queued:2"), (task.Record.State, task.Record.Detail));
        await task.UntilTimersAsync(1);
        Assert.Equal("queued:2", (await task.StatusAsync()).Detail);
        for (var i = 0; i < 3; i++) await RaiseTurnAsync(task);
        Assert.Single(task.Activities.Timeline);
        task.Activities.Place = new(HasSlot: false, "workspace_busy");
        await RaiseTurnAsync(task);
        await task.UntilAsync(() => task.Record.Detail == "workspace_busy");
        Assert.Empty(task.Activities.Begun);
        task.Activities.Place = Slot;
        await task.RaiseAsync(TaskActivities.Turn);
        await task.EndAsync();
        Assert.Equal(TaskState.Completed, task.Record.State);
        Assert.Null(task.Record.Detail);
        Assert.Equal("leave", task.Activities.Queueing.Last());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_turn_that_was_lost_is_found_within_a_minute()
    {
        await using var task = await WaitingAsync("queued:1");
        var start = task.Time.GetUtcNow();
        task.Activities.Place = Slot;
        await task.PassUntilAsync(() => !task.Activities.Begun.IsEmpty);

        // The clock also stops at the timers of the engine itself, a few milliseconds after what it writes.
        Assert.InRange(task.Time.GetUtcNow() - start, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(61));
        await task.EndAsync();
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_waits_can_be_cancelled_and_leaves_its_place(bool restart)
    {
        await using var task = await WaitingAsync("queued:1");
        await task.PauseAsync();
        await task.RestartAsync(restart);
        await task.CancelAsync();
        await task.EndAsync();
        Assert.Equal(TaskState.Cancelled, task.Record.State);
        Assert.Equal("leave", task.Activities.Queueing.Last());
        Assert.Empty(task.Activities.Begun);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Waiting_for_days_keeps_the_history_short()
    {
        await using var task = await WaitingAsync("queued:1");
        await task.PassUntilAsync(() => task.Activities.Queueing.Count >= 250);
        Assert.InRange((await task.HistoryAsync()).Count, 1, 500);
        task.Activities.Place = Slot;
        await task.PassUntilAsync(() => !task.Activities.Begun.IsEmpty);
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_slot_is_renewed_at_least_every_quarter_of_an_hour()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddHours(1));
        Assert.InRange(task.Activities.Queueing.Count, 5, 8);
        Assert.Single(task.Activities.Begun);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_paused_task_holds_no_slot_and_waits_for_its_turn_when_it_is_resumed()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(TimeSpan.FromHours(1), [Outlines.Step("1.1")]), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(["join", "leave"], task.Activities.Queueing);
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await task.ResumeAsync();
        await task.UntilAsync(() => task.Record is { State: TaskState.Resuming, Detail: "queued:1" });
        var joins = task.Activities.Queueing.Count;
        await task.PassUntilAsync(() => task.Activities.Queueing.Count > joins + 90); // The wait for a turn is no time of the task's.
        task.Activities.Place = Slot;
        await task.RaiseAsync(TaskActivities.Turn);
        await task.UntilBegunAsync("1.1", 2);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_whose_slot_has_gone_to_another_stops_and_waits_for_its_turn_again()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        await task.UntilStateAsync(TaskState.Resuming);
        Assert.Contains(task.Activities.Timeline, entry => entry is { To: TaskState.Paused, Trigger: "suspended" });
        Assert.Contains(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "hibernation" });
        task.Activities.Place = Slot;
        await task.RaiseAsync(TaskActivities.Turn);
        await task.UntilBegunAsync("1.1", 2);
    }

    private static async Task<TaskScenario> WaitingAsync(string detail)
    {
        var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Place = new(HasSlot: false, detail));
        await task.UntilAsync(() => task.Record.Detail == detail);
        return task;
    }

    private static async Task RaiseTurnAsync(TaskScenario task)
    {
        var asked = task.Activities.Queueing.Count;
        await task.RaiseAsync(TaskActivities.Turn);
        await task.UntilAsync(() => task.Activities.Queueing.Count > asked);
    }
}
