using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.RunTask;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class StatusTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_custom_status_says_where_a_task_stands()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 2), script => script.Hold("2.1"));
        await task.UntilBegunAsync("2.1");
        Assert.Equal(new TaskStatusSummary(TaskState.Executing, null, "shell", "agent-7", 50, 2, 4, "Phase 2"), await task.StatusAsync());
        task.Activities.End("2.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(new TaskStatusSummary(TaskState.Completed, null, "shell", "agent-7", 100, 4, 4, null), await task.StatusAsync());
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("t")]
    [InlineData("\u0001")]
    public async Task A_thousand_phases_of_long_titles_stay_below_the_limit(string letter)
    {
        var title = string.Concat(Enumerable.Repeat(letter, PhaseOutline.MaxTitleLength));
        var outline = new TaskOutline("shell", new string('a', 64), [.. Enumerable.Range(1, 1_000).Select(n => new PhaseOutline(title, [Outlines.Step($"{n}.1")]))], null);
        await using var task = await TaskScenario.StartAsync(outline, script => script.Hold("3.1"));
        await task.UntilBegunAsync("3.1");
        Assert.InRange((await task.GetAsync()).CustomStatus!.Length, PhaseOutline.MaxTitleLength, DurableLimits.CustomStatusLength);
        await task.CancelAsync();
        Assert.Equal(RuntimeStatus.Completed, (await task.EndAsync()).Status);
    }
}
