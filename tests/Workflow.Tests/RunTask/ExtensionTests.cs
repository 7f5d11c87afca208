using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class ExtensionTests
{
    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_extension_moves_the_deadline_and_warns_anew_at_three_quarters_of_all_the_time()
    {
        await using var task = await StartHeldAsync(Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        Assert.Equal(start.AddHours(4), task.Record.Deadlines!.Task);
        await task.PassUntilAsync(() => task.Warnings.Any());
        await task.RaiseAsync("extend", """{"duration":"PT4H","by":"ops","reason":"more to do"}""");
        await task.UntilAsync(() => task.Record.Deadlines?.Task == start.AddHours(8));
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(start.AddHours(8), task.Time.GetUtcNow());
        Assert.Equal(
            [start.AddHours(3), start.AddHours(6)],
            task.Activities.Timeline.Where(entry => entry.Trigger == "task_timeout_near").Select(entry => entry.Time));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_extension_of_the_phase_moves_its_deadline_alone()
    {
        var outline = Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await StartHeldAsync(outline);
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
        Assert.Equal(start.AddMinutes(45), task.Time.GetUtcNow());
        await task.UntilStateAsync(TaskState.Paused);
        var stands = new TaskDeadlines(null, null, null)
        {
            TaskLimit = TimeSpan.FromHours(4), PhaseLimit = TimeSpan.FromMinutes(45), TaskLeft = TimeSpan.FromMinutes(195), PhaseLeft = TimeSpan.Zero,
        };
        Assert.Equal(stands, task.Record.Deadlines);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_paused_task_is_extended_by_time_that_counts_from_its_resumption()
    {
        await using var task = await StartHeldAsync(Outlines.Of(TimeSpan.FromHours(1), [Outlines.Step("1.1")]));
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("extend", """{"duration":"PT1H"}""");
        await task.UntilAsync(() => task.Actions.Contains("extend"));
        task.Time.Advance(TimeSpan.FromHours(5));
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        await task.PassUntilAsync(() => task.Activities.Stops.Count == 2);
        Assert.Equal(start.AddHours(7), task.Time.GetUtcNow());
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_phase_whose_time_was_over_has_all_that_was_granted_when_it_goes_on(bool before)
    {
        var outline = Outlines.Of(null, [Outlines.Step("1.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await StartHeldAsync(outline);
        await task.UntilBegunAsync("1.1");
        if (before) await ExtendPhaseAsync(task);
        await task.PassUntilAsync(() => task.Record.Detail == "phase_timeout");
        if (!before) await ExtendPhaseAsync(task);
        task.Time.Advance(TimeSpan.FromHours(1));
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        var resumed = task.Time.GetUtcNow();
        await task.PassUntilAsync(() => task.Activities.Stops.Any(stop => stop.Attempt == 2));
        Assert.Equal(resumed.AddMinutes(45), task.Time.GetUtcNow());
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_extension_of_the_phase_before_the_task_has_begun_is_of_its_first()
    {
        var outline = Outlines.Of(null, [Outlines.Step("1.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await TaskScenario.StartAsync(outline, script =>
        {
            script.Place = new(HasSlot: false, "queued:1");
            script.Hold("1.1");
        });
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        await task.UntilAsync(() => task.Actions.Any());
        task.Activities.Place = new(HasSlot: true, Detail: null);
        await task.RaiseAsync(TaskActivities.Turn);
        await task.UntilBegunAsync("1.1");
        Assert.Equal(task.Time.GetUtcNow().AddMinutes(45), task.Record.Deadlines!.Phase);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_extension_between_phases_is_of_the_one_to_come_and_of_no_other()
    {
        var outline = Outlines.Of(null, [Outlines.Step("1.1")], [Outlines.Step("2.1")], [Outlines.Step("3.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await TaskScenario.StartAsync(outline, script =>
        {
            script.Holds = call => call is TakeCheckpoint { Type: CheckpointType.Phase };
            script.Hold("2.1");
            script.Hold("3.1");
        });
        await task.Activities.Held.Task;
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        task.Activities.Gate.SetResult();
        await task.UntilBegunAsync("2.1");
        Assert.Equal(task.Time.GetUtcNow().AddMinutes(45), task.Record.Deadlines!.Phase);
        task.Activities.End("2.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("3.1");
        Assert.Equal(task.Time.GetUtcNow().AddMinutes(30), task.Record.Deadlines!.Phase);
        Assert.Equal(["extend"], task.Actions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task The_record_tells_all_the_time_that_was_granted_while_the_clock_stands_still_too()
    {
        var outline = Outlines.Of(TimeSpan.FromHours(1), [Outlines.Step("1.1")]) with { PhaseTimeout = TimeSpan.FromMinutes(30) };
        await using var task = await StartHeldAsync(outline);
        await task.UntilBegunAsync("1.1");
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)), Granted(task));
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        await task.UntilAsync(() => Granted(task).Phase == TimeSpan.FromMinutes(45));
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("extend", """{"duration":"PT1H"}""");
        await task.UntilAsync(() => Granted(task) == (TimeSpan.FromHours(2), TimeSpan.FromMinutes(45)));
        Assert.Null(task.Record.Deadlines!.Task);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("""{"duration":"PT2H"}""")]
    [InlineData("""{"duration":"-PT1H"}""")]
    [InlineData("""{"duration":"soon"}""")]
    [InlineData("""{"duration":"PT1M","scope":"phase"}""")]
    [InlineData("7")]
    public async Task What_is_no_extension_or_more_than_is_allowed_changes_nothing(string payload)
    {
        var outline = Outlines.Of(TimeSpan.FromHours(3), [Outlines.Step("1.1")]) with { LongestTask = TimeSpan.FromHours(4) };
        await using var task = await StartHeldAsync(outline);
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("extend", payload);
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(["pause"], task.Actions);
    }

    private static async Task ExtendPhaseAsync(TaskScenario task)
    {
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        await task.UntilAsync(() => task.Actions.Contains("extend"));
    }

    private static (TimeSpan? Task, TimeSpan? Phase) Granted(TaskScenario task) => (task.Record.Deadlines!.TaskLimit, task.Record.Deadlines.PhaseLimit);

    private static Task<TaskScenario> StartHeldAsync(TaskOutline outline) => TaskScenario.StartAsync(outline, script => script.Hold("1.1"));
}
