using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

/// <summary>What operators were told was accepted, and what overtook it: the timeline says so.</summary>
public sealed class RefusalTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Of_two_extensions_at_once_that_are_too_much_together_the_second_is_refused_for_all_to_see()
    {
        var outline = Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]) with { LongestTask = TimeSpan.FromHours(6) };
        await using var task = await TaskScenario.StartAsync(outline, script => script.Hold("1.1"));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("extend", """{"duration":"PT2H","by":"one"}""");
        await task.RaiseAsync("extend", """{"duration":"PT1H","by":"two"}""");
        await task.UntilAsync(() => task.Warnings.Any());
        var refused = Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Warning);
        Assert.Equal(("extend_refused", "two"), (refused.Trigger, refused.By));
        Assert.Equal("The task has PT6H in all, and may have PT6H: PT1H more cannot be given.", refused.Reason);
        Assert.Equal(start.AddHours(6), task.Record.Deadlines!.Task);
        Assert.Equal(["extend"], task.Actions);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("""{"duration":"PT1H"}""", "The task has no limit of time now.")]
    [InlineData("""{"duration":"PT1H","scope":"phase"}""", "The phase has no limit of time now.")]
    [InlineData("""{"reason":"more"}""", "It names no time that can be given.")]
    public async Task An_extension_that_cannot_be_given_says_why(string said, string why)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("extend", said);
        await task.UntilAsync(() => task.Warnings.Any());
        Assert.Equal(why, Assert.Single(task.Activities.Timeline, entry => entry.Trigger == "extend_refused").Reason);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_verdict_against_one_that_was_given_is_refused_and_the_same_again_is_not()
    {
        var approval = new StepApproval(TimeSpan.FromHours(2), ApprovalDefault.Reject);
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1") with { Approval = approval }), script => script.Hold("1.1"));
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("approve", """{"by":"one"}""");
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("approve", """{"by":"two"}""");
        await task.RaiseAsync("reject", """{"by":"three","stepId":"1.1"}""");
        await task.UntilAsync(() => task.Warnings.Any());
        var refused = Assert.Single(task.Activities.Timeline, entry => entry.Type == TimelineTypes.Warning);
        Assert.Equal(("reject_refused", "three", "Step 1.1 was approved before by one."), (refused.Trigger, refused.By, refused.Reason));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_while_the_last_word_is_written_came_too_late(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Holds = IsTheEnd);
        await task.Activities.Held.Task;
        Assert.Equal(OperationOutcome.Accepted, await task.CancelAsync());
        await task.RestartAsync(restart);
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        Assert.Equal((TaskState.Completed, TaskOutcome.Success), (task.Record.State, task.Record.Result!.Outcome));
        var last = task.Activities.Timeline[^1];
        Assert.Equal(("warning", "cancel_refused", "ops", "It came too late: the task was completed already."), (last.Type, last.Trigger, last.By, last.Reason));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_cancel_while_the_failure_is_written_cancels_what_has_failed()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script =>
        {
            script.Exits("1.1", 3);
            script.Holds = IsTheEnd;
        });
        await task.Activities.Held.Task;
        Assert.Equal(OperationOutcome.Accepted, await task.CancelAsync());
        task.Activities.Gate.SetResult();
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
        Assert.Equal(["failed step_failed", "cancelled cancel"], task.Transitions.TakeLast(2));
        Assert.Equal(["cancel"], task.Actions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_second_cancel_while_the_first_is_written_is_in_effect_already()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script =>
        {
            script.Hold("1.1");
            script.Holds = IsTheEnd;
        });
        await task.UntilBegunAsync("1.1");
        await task.CancelAsync();
        await task.Activities.Held.Task;
        await task.CancelAsync("another");
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        Assert.Empty(task.Warnings);
        Assert.Equal(["cancel"], task.Actions);
    }

    private static bool IsTheEnd(object call) =>
        call is RecordTimeline record && record.Entries.Any(entry => entry.To is { } to && TaskLifecycle.HasEnded(to));
}
