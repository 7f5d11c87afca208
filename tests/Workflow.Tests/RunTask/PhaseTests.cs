using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class PhaseTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Steps_run_in_order_once_each_and_the_task_completes()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(phases: 3, steps: 2));
        var instance = await task.EndAsync();
        Assert.Equal(RuntimeStatus.Completed, instance.Status);
        Assert.Equal(["1.1#1", "1.2#1", "2.1#1", "2.2#1", "3.1#1", "3.2#1"], task.Activities.Begun.Select(step => $"{step.StepId}#{step.Attempt}"));
        Assert.Single(task.Activities.Prepared);
        Assert.Empty(task.Activities.Stops);
        Assert.Equal(TaskState.Completed, task.Record.State);
        Assert.Equal(new TaskResult(TaskOutcome.Success, "6 of 6 steps were completed."), task.Record.Result);
        Assert.All(task.Record.Steps, step => Assert.Equal(WorkStatus.Completed, step.Status));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Timeline_numbers_are_gapless_and_its_transitions_name_what_set_them_off()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(phases: 2, steps: 2));
        await task.EndAsync();
        var timeline = task.Activities.Timeline;
        Assert.Equal(Enumerable.Range(1, timeline.Count).Select(n => (long)n), timeline.Select(entry => entry.Number));
        Assert.Equal(
            [
                "planning started", "executing plan_given", "checkpointing phase", "executing checkpointed", "checkpointing phase", "executing checkpointed",
                "completing all_steps_done", "completed completed",
            ],
            task.Transitions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_history_does_not_grow_with_the_number_of_phases()
    {
        await using var few = await TaskScenario.StartAsync(Outlines.Of(phases: 2, steps: 2));
        await few.EndAsync();
        await using var many = await TaskScenario.StartAsync(Outlines.Of(phases: 20, steps: 2));
        await many.EndAsync();
        Assert.Equal((await few.HistoryAsync()).Count, (await many.HistoryAsync()).Count);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_engine_may_restart_in_the_middle_of_every_step()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(phases: 2, steps: 2), script =>
        {
            foreach (var step in new[] { "1.1", "1.2", "2.1", "2.2" }) script.Hold(step);
        });
        foreach (var step in new[] { "1.1", "1.2", "2.1", "2.2" })
        {
            await task.UntilBegunAsync(step);
            await task.RestartAsync();
            task.Activities.End(step, 1, ScriptedActivities.Exited(0));
        }

        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.2#1", "2.1#1", "2.2#1"], task.Activities.Attempts);
        Assert.Equal(new TaskResult(TaskOutcome.Success, "4 of 4 steps were completed."), task.Record.Result);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_invalid_start_fails_with_all_that_is_wrong_and_leaves_no_timeline(bool restart)
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(1, 1));
        task.Activities.Errors = [new("agent", "is missing."), new("workspace.path", "is a file.")];
        task.Activities.Holds = call => call is Activities.PrepareTask;
        await task.StartAsync();
        await task.Activities.Held.Task;
        await task.RestartAsync(restart);
        task.Activities.Gate.SetResult();
        var instance = await task.EndAsync();
        Assert.Equal(RuntimeStatus.Failed, instance.Status);
        Assert.Equal("TaskFailedException: agent: is missing. workspace.path: is a file.", instance.Failure);
        Assert.Empty(task.Activities.Timeline);
        Assert.Empty(task.Activities.Begun);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_body_of_the_start_and_its_time_reach_the_preparation_as_they_came()
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(1, 1));
        await task.StartAsync("""{"agent":"shell","more":[1,{"a":null}]}""");
        await task.EndAsync();
        var prepared = Assert.Single(task.Activities.Prepared);
        Assert.Equal("""{"agent":"shell","more":[1,{"a":null}]}""", prepared.Body.GetRawText());
        Assert.Equal(task.Time.GetUtcNow(), prepared.CreatedAt);
    }
}
