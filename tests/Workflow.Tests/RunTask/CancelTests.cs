using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class CancelTests
{
    /// <summary>The moments a cancel may come at, as the call that is under way then, with the steps that are done by then.</summary>
    public static TheoryData<string, int, bool> Moments()
    {
        var moments = new TheoryData<string, int, bool>();
        foreach (var restart in new[] { false, true })
        {
            moments.Add("prepare", 0, restart);
            moments.Add("planned", 0, restart);
            moments.Add("between steps", 1, restart);
            moments.Add("end of phase", 2, restart);
        }

        return moments;
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Moments))]
    public async Task A_cancel_holds_at_every_moment(string moment, int done, bool restart)
    {
        // What had begun in the moment of the cancel is stopped; it does not end by itself.
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 2), script =>
        {
            script.Holds = call => Is(moment, call);
            if (moment == "between steps") script.Hold("1.2");
        });
        await task.Activities.Held.Task;
        Assert.Equal(OperationOutcome.Accepted, await task.CancelAsync());
        await task.RestartAsync(restart);
        task.Activities.Gate.SetResult();
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
        AssertCancelled(task, done, of: 4);
        Assert.DoesNotContain("2.1#1", task.Activities.Attempts);
    }

    /// <summary>The moments before an end that is not yet written, with the exit code of the only step.</summary>
    public static TheoryData<string, int, bool> LastMoments()
    {
        var moments = new TheoryData<string, int, bool>();
        foreach (var restart in new[] { false, true })
        {
            moments.Add("checkpointing", 0, restart);
            moments.Add("delivering", 0, restart);
            moments.Add("leaving", 0, restart);
            moments.Add("checkpointing", 3, restart);
            moments.Add("leaving", 3, restart);
        }

        return moments;
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(LastMoments))]
    public async Task A_cancel_before_the_end_is_written_cancels_a_task_that_completes_or_fails(string moment, int exitCode, bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1) with { Delivers = true }, script =>
        {
            script.Exits("1.1", exitCode);
            script.Holds = call => Is(moment, call);
        });
        await task.Activities.Held.Task;
        Assert.Equal(OperationOutcome.Accepted, await task.CancelAsync());
        await task.RestartAsync(restart);
        task.Activities.Gate.SetResult();
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
        AssertCancelled(task, done: exitCode == 0 ? 1 : 0, of: 1);
        Assert.Null(task.Record.Error);
        Assert.Equal("leave", task.Activities.Queueing.Last());
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_of_a_resumed_task_that_waits_for_its_turn_ends_the_wait(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await task.ResumeAsync();
        await task.UntilAsync(() => task.Record is { State: TaskState.Resuming, Detail: "queued:1" });
        await task.RestartAsync(restart);
        await task.CancelAsync();
        await task.EndAsync();
        AssertCancelled(task, done: 0, of: 1);
        Assert.Equal("leave", task.Activities.Queueing.Last());
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_during_a_step_stops_it_and_the_result_says_what_was_ended(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 2), script => script.Hold("1.2"));
        await task.UntilBegunAsync("1.2");
        await task.RestartAsync(restart);
        await task.CancelAsync();
        await task.EndAsync();
        AssertCancelled(task, done: 1, of: 2);
        Assert.Equal(new StopStep("task-1", "1.2", 1, StopReason.Cancelled), task.Activities.Stops.Distinct().Single());
        Assert.EndsWith("2 processes ended in 0.1 s (sh 7, sleep 8).", task.Record.Result!.Summary, StringComparison.Ordinal);
        Assert.Equal(WorkStatus.Cancelled, task.Record.Steps[^1].Status);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_that_succeeds_in_the_moment_of_the_cancel_counts_as_done()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 2), script => script.Hold("1.1"));
        task.Activities.WhenStopped = ScriptedActivities.Exited(0);
        await task.UntilBegunAsync("1.1");
        await task.CancelAsync();
        await task.EndAsync();
        AssertCancelled(task, done: 1, of: 2);
        Assert.Equal(WorkStatus.Completed, task.Record.Steps[0].Status);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_during_the_wait_for_another_attempt_ends_the_wait(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", retry: new StepRetry(2, []))), script => script.Exits("1.1", 1));
        await task.UntilTimersAsync(2);
        await task.RestartAsync(restart);
        await task.CancelAsync();
        await task.EndAsync();
        AssertCancelled(task, done: 0, of: 1);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
        Assert.Equal(WorkStatus.Cancelled, Assert.Single(task.Record.Steps).Status);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Of_two_cancels_the_first_counts()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script =>
        {
            script.Hold("1.1");
            script.Holds = call => call is StopStep;
        });
        await task.UntilBegunAsync("1.1");
        await task.CancelAsync();
        await task.Activities.Held.Task;
        Assert.Equal(OperationOutcome.Accepted, await task.CancelAsync("somebody else"));
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        AssertCancelled(task, done: 0, of: 1);
        Assert.Single(task.Activities.Stops);
        Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Operator);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_cancel_after_the_end_changes_nothing()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1));
        await task.EndAsync();
        Assert.Equal(OperationOutcome.NotAllowed, await task.CancelAsync());
        Assert.Equal(TaskState.Completed, task.Record.State);
    }

    private static bool Is(string moment, object call) => moment switch
    {
        "prepare" => call is PrepareTask,
        "planned" => call is RecordTimeline { Entries: [{ Number: 1 }, ..] },
        "checkpointing" => call is TakeCheckpoint { Type: CheckpointType.Phase or CheckpointType.Recovery },
        "delivering" => call is Deliver,
        "leaving" => call is LeaveQueue,
        "between steps" => call is RecordTimeline record && record.Entries.Any(entry => Concerns(entry, "1.2", "step_started")),
        _ => call is RecordTimeline { Entries: [.., var last] } && Concerns(last, "1.2", "step_completed"),
    };

    private static bool Concerns(TimelineEntry entry, string step, string trigger) =>
        entry.Trigger == trigger && entry.Data!.Value.GetProperty("stepId").GetString() == step;

    private static void AssertCancelled(TaskScenario task, int done, int of)
    {
        var record = task.Record;
        Assert.Equal(TaskState.Cancelled, record.State);
        Assert.Equal(TaskOutcome.Cancelled, record.Result!.Outcome);
        Assert.StartsWith($"Cancelled after {done} of {of} steps were completed.", record.Result.Summary, StringComparison.Ordinal);
        var last = task.Activities.Timeline[^1];
        Assert.Equal(("ops", "enough", "cancel"), (last.By, last.Reason, last.Trigger));
    }
}
