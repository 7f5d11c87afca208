using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.RunTask;
using DurableAgentTasks.Workflow.Tests.Hosting;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class StatusTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_custom_status_says_where_a_task_stands()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 2), script => script.Hold("2.1"));
        await task.UntilBegunAsync("2.1");
        Assert.Equal((TaskState.Executing, null, "shell", "agent-7", "50 % 1/2 2/4 Phase 2 0 Step 2.1 runs."), await ReadAsync(task));
        task.Activities.End("2.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal((TaskState.Completed, null, "shell", "agent-7", "100 % 2/2 4/4   "), await ReadAsync(task));
    }

    [Fact]
    public void It_tells_the_time_that_is_left_when_it_is_read()
    {
        var start = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var forecast = new Forecast { At = start, Rest = new Spread(600, 60, 120), Promise = 600, Basis = ProgressBasis.History };
        var run = new TaskRun { Outline = Outlines.Of(1, 2), State = TaskState.Executing };

        var progress = TaskStatusSummary.Of(run, new RecordedTimeline(start, forecast), start.AddMinutes(1)).Progress;
        Assert.Equal((TimeSpan.FromMinutes(1), ProgressBasis.History), (progress.Elapsed, progress.Basis));
        Assert.Equal(new TimeRange(TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(12)), progress.Remaining);
        Assert.Equal("The steps that are left begin later than expected.", progress.Reason);
    }

    /// <summary>Titles of 10,000 characters, of any kind, come to it shortened; and nothing else may make it long either.</summary>
    [Fact]
    public void Whatever_the_plan_it_fits() =>
        Prop.ForAll(Gen.Elements("t", "\u0001", "\"", "\\", "🎉", "\ud800", "漢", "\u2028", "e\u0301").ArrayOf(20).Zip(Gen.Choose(1, 10_000)).ToArbitrary(), given =>
        {
            var text = string.Concat(Enumerable.Repeat(string.Concat(given.Item1), given.Item2))[..given.Item2];
            var title = ShortText.Of(text, PhaseOutline.MaxTitleLength);
            var phases = Enumerable.Range(1, 1_000).Select(n => new PhaseOutline(n % 2 == 0 ? title : text, [Outlines.Step(text)]));
            var run = new TaskRun
            {
                Outline = new TaskOutline(text, text, [.. phases], null), State = TaskState.Executing, Detail = text, PhasesDone = given.Item2 % 1_000,
                Work = new StepWork { Attempt = int.MaxValue, BegunAt = DateTimeOffset.MaxValue },
            };
            var forecast = new Forecast { At = DateTimeOffset.MinValue, Rest = new Spread(1e12, 1e11, 1e12), Promise = 0, Reason = text };
            var status = TaskStatusSummary.Of(run, new RecordedTimeline(DateTimeOffset.MinValue, forecast), DateTimeOffset.MaxValue);
            return JsonSerializer.Serialize(status, TaskJson.Options).Length <= DurableLimits.CustomStatusLength;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

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

    private static async Task<(TaskState, string?, string?, string?, string)> ReadAsync(TaskScenario task)
    {
        var status = await task.StatusAsync();
        var progress = status.Progress;
        var counts = $"{progress.Percentage} % {progress.PhasesCompleted}/{progress.TotalPhases} {progress.StepsCompleted}/{progress.TotalSteps}";
        return (status.State, status.Detail, status.Agent, status.AgentId,
            $"{counts} {progress.CurrentPhase} {progress.PhasePercentage} {progress.RecentActivity}");
    }
}
