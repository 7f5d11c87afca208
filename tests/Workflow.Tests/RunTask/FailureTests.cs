using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class FailureTests
{
    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_critical_step_that_fails_fails_the_task(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(phases: 2, steps: 2), script => script.Hold("1.2"));
        await task.UntilBegunAsync("1.2");
        await task.RestartAsync(restart);
        task.Activities.End("1.2", 1, ScriptedActivities.Exited(3));
        var instance = await task.EndAsync();
        Assert.Equal(RuntimeStatus.Failed, instance.Status);
        Assert.Equal(TaskState.Failed, task.Record.State);
        Assert.Equal(new TaskError("step_failed", "Step 1.2 failed: It exited with 3.", "1.2"), task.Record.Error);
        Assert.Equal([WorkStatus.Completed, WorkStatus.Failed], task.Record.Steps.Select(step => step.Status));
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_that_is_not_critical_is_skipped_and_the_result_is_partial()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", critical: false), Outlines.Step("1.2")), script => script.Exits("1.1", 3));
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
        Assert.Equal(new TaskResult(TaskOutcome.Partial, "1 of 2 steps were completed, 1 skipped."), task.Record.Result);
        Assert.Equal([WorkStatus.Skipped, WorkStatus.Completed], task.Record.Steps.Select(step => step.Status));
        Assert.Equal(3, task.Record.Steps[0].ExitCode);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_failure_is_not_tried_again_unless_the_step_says_so()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(Outlines.Step("1.1")), script => script.Exits("1.1", 1, 0));
        Assert.Equal(RuntimeStatus.Failed, (await task.EndAsync()).Status);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Attempts_wait_one_two_and_four_seconds_and_end_with_the_fourth(bool restart)
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", retry: new StepRetry(4, []))), script => script.Exits("1.1", 9));
        var start = task.Time.GetUtcNow();
        foreach (var (attempt, seconds) in new[] { (1, 1), (2, 2), (3, 4) })
        {
            await task.UntilBegunAsync("1.1", attempt);
            await task.UntilTimersAsync(2 * attempt);
            await task.RestartAsync(restart);
            task.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(attempt, task.Activities.Attempts.Count());
            task.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await task.EndAsync();
        Assert.Equal(4, task.Activities.Attempts.Count());
        Assert.Equal([0, 1, 3, 7], Begins(task).Select(time => (time - start).TotalSeconds));
        Assert.Equal(4, Assert.Single(task.Record.Steps).Attempts);
        Assert.Equal(TaskState.Failed, task.Record.State);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(75, 2)]
    [InlineData(76, 1)]
    public async Task Only_the_exit_codes_a_step_names_are_tried_again(int code, int attempts)
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", retry: new StepRetry(4, [75, 77]))), script => script.Exits("1.1", code, 0));
        if (attempts == 2) await task.UntilTimersAsync(2);
        task.Time.Advance(TimeSpan.FromSeconds(1));
        await task.EndAsync();
        Assert.Equal(attempts, task.Activities.Attempts.Count());
        Assert.Equal(attempts == 2 ? TaskState.Completed : TaskState.Failed, task.Record.State);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_that_could_not_be_started_is_not_tried_again()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(Outlines.Step("1.1", retry: new StepRetry(4, []))), script => script.Hold("1.1"));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, new StepOutcome(StepEnding.NotStarted, null, "The working directory is gone."));
        Assert.Equal(RuntimeStatus.Failed, (await task.EndAsync()).Status);
        Assert.Equal("Step 1.1 failed: The working directory is gone.", task.Record.Error!.Message);
    }

    private static IEnumerable<DateTimeOffset> Begins(TaskScenario task) =>
        task.Activities.Timeline.Where(entry => entry.Trigger == "step_started").Select(entry => entry.Time);
}
