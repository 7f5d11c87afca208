using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class PulseTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Idleness_is_warned_of_once_for_each_time_that_all_is_still()
    {
        await using var task = await StartHeldAsync();
        var start = task.Time.GetUtcNow();
        task.Activities.Pulse = new(start, TimeSpan.FromMinutes(5), []);
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddMinutes(20));
        var warning = Assert.Single(task.Activities.Timeline, entry => entry.Trigger == "idle");
        Assert.Equal((start.AddMinutes(6), "Neither output, nor CPU, nor changes for PT6M."), (warning.Time, warning.Reason));
        task.Activities.Pulse = task.Activities.Pulse with { LastActivityAt = task.Time.GetUtcNow() };
        await task.PassUntilAsync(() => task.Warnings.Count() == 2);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resource_that_is_short_is_told_when_it_comes_to_be()
    {
        await using var task = await StartHeldAsync();
        await task.UntilBegunAsync("1.1");
        task.Activities.Pulse = new(null, null, ["disk 96 %"]);
        var start = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddMinutes(10));
        Assert.Single(task.Activities.Timeline, entry => entry is { Trigger: "resource_short", Reason: "disk 96 %" });
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Another_percentage_of_what_is_short_is_not_told_and_another_level_is()
    {
        await using var task = await StartHeldAsync();
        await task.UntilBegunAsync("1.1");
        foreach (var alert in (string[])["disk 82 %", "disk 83 %", "disk 96 % (critical)", "disk 97 % (critical)"])
        {
            task.Activities.Pulse = new(null, null, [alert]);
            var before = task.Time.GetUtcNow();
            await task.PassUntilAsync(() => task.Time.GetUtcNow() >= before.AddMinutes(5));
        }

        Assert.Equal(["disk 82 %", "disk 96 % (critical)"], Told());

        IEnumerable<string?> Told() => task.Activities.Timeline.Where(entry => entry.Trigger == "resource_short").Select(entry => entry.Reason);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("disk 96 % (critical)", 1)]
    [InlineData("memory 91 % (critical)", 1)]
    [InlineData("cpu 99 % (critical)", 0)]
    [InlineData("disk 82 %", 0)]
    public async Task What_a_host_in_danger_may_lose_is_kept_in_a_checkpoint_once(string alert, int checkpoints)
    {
        await using var task = await StartHeldAsync();
        await task.UntilBegunAsync("1.1");
        task.Activities.Pulse = new(null, null, [alert]);
        var start = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= start.AddMinutes(10));
        Assert.Equal(checkpoints, task.Activities.Timeline.Count(entry => entry.Data?.GetRawText().Contains($"The host is short of {alert}.", StringComparison.Ordinal) == true));
        Assert.Equal(TaskState.Executing, task.Record.State);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_in_danger_is_paused_after_a_checkpoint_where_the_operator_has_set_so_and_not_again_once_it_is_resumed()
    {
        await using var task = await StartHeldAsync();
        await task.UntilBegunAsync("1.1");
        task.Activities.Pulse = new(null, null, ["memory 91 % (critical)"]) { PausesInDanger = true };
        await task.PassUntilAsync(() => task.Record.State == TaskState.Paused);
        Assert.Equal(("emergency", "recovery"), (task.Record.Detail, task.Record.LastCheckpoint!.Type));
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        var resumed = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Time.GetUtcNow() >= resumed.AddMinutes(10));
        Assert.Equal(TaskState.Executing, task.Record.State);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_budget_that_was_spent_is_granted_once_more_by_who_resumes_the_task()
    {
        await using var task = await StartHeldAsync();
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, new(StepEnding.Stopped, null, "spent") { Stop = StopReason.Budget });
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Equal([0, 1], task.Activities.Begun.Select(begun => begun.BudgetsGranted));
        Assert.Equal("recovery", task.Record.LastCheckpoint!.Type);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_the_task_took_is_freed_before_an_attempt_that_lacked_memory_or_disk_is_made_again()
    {
        var full = new StepOutcome(StepEnding.Failed, 1, "full") { Failure = new(FailureClass.Resource, "No space left on device", null) };
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Script("1.1", full, ScriptedActivities.Exited(0)));
        await task.PassUntilAsync(() => task.Record.State == TaskState.Completed);
        Assert.Single(task.Activities.CleanUps);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(null, TaskOutcome.Success, "1 of 1 steps were completed. The patch is stored.")]
    [InlineData("The remote refused it.", TaskOutcome.Partial, "1 of 1 steps were completed. The patch is stored. The remote refused it.")]
    public async Task A_task_that_delivers_says_what_came_of_it(string? problem, TaskOutcome outcome, string summary)
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(1, 1) with { Delivers = true }, script => script.Delivered = script.Delivered with { Problem = problem });
        await task.EndAsync();
        Assert.Equal(new TaskResult(outcome, summary), task.Record.Result);
    }

    private static Task<TaskScenario> StartHeldAsync() => TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Hold("1.1"));
}
