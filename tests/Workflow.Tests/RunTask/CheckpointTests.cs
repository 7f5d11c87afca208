using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class CheckpointTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Checkpoints_are_taken_before_the_first_step_before_a_risky_one_after_a_milestone_and_after_each_phase()
    {
        var outline = Outlines.Of(
            null, [Outlines.Step("1.1") with { Risky = true, Title = "drop" }, Outlines.Step("1.2") with { Milestone = true, Title = "ship" }, Outlines.Step("1.3")], [Outlines.Step("2.1")]);
        await using var task = await TaskScenario.StartAsync(outline);
        await task.EndAsync();
        Assert.Equal(
            [
                (CheckpointType.Milestone, "Before the first step."), (CheckpointType.PreRisky, "Before step 1.1: drop"),
                (CheckpointType.Milestone, "After step 1.2: ship"), (CheckpointType.Phase, "After phase 1: Phase 1"), (CheckpointType.Phase, "After phase 2: Phase 2"),
            ],
            task.Activities.Checkpoints.Select(taken => (taken.Type, taken.Description)));
        Assert.Equal(task.Activities.Checkpoints.Last().Id.Value, task.Record.LastCheckpoint!.Id);
        Assert.Equal(5, task.Activities.Checkpoints.Select(taken => taken.Id).Distinct().Count());
        Assert.Equal(5, task.Activities.Timeline.Count(entry => entry.Type == TimelineTypes.Checkpoint));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_is_taken_every_five_minutes_beside_a_running_step(bool restart)
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1) with { CheckpointInterval = Interval });
        var start = task.Time.GetUtcNow();
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => Automatic(task).Count() == 2);
        await task.RestartAsync(restart);
        await task.PassUntilAsync(() => Automatic(task).Count() == 3);
        Assert.Equal([start + Interval, start + (2 * Interval), start + (3 * Interval)], Automatic(task).Select(taken => taken.At));
        Assert.Equal(TaskState.Executing, task.Record.State);
        Assert.DoesNotContain(task.Transitions, transition => transition.StartsWith("checkpointing", StringComparison.Ordinal));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_operator_is_heard_while_a_checkpoint_is_taken_beside_a_step()
    {
        await using var task = await StartHeldAsync(
            Outlines.Of(1, 1) with { CheckpointInterval = Interval }, script => script.Holds = call => call is TakeCheckpoint { Type: CheckpointType.Automatic });
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Activities.Held.Task.IsCompleted);
        await task.PauseAsync();
        await task.UntilAsync(() => !task.Activities.Stops.IsEmpty);
        task.Activities.Gate.SetResult();
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal(2, task.Activities.Timeline.Count(entry => entry is { Type: TimelineTypes.Checkpoint, Trigger: "automatic" or "manual" }));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_operators_checkpoint_is_taken_at_once_with_who_and_why()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.RaiseAsync("checkpoint", """{"by":"ops","reason":"before lunch"}""");
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry is { Type: TimelineTypes.Checkpoint, Trigger: "manual" }));
        var entry = task.Activities.Timeline.Last(entry => entry.Type == TimelineTypes.Checkpoint);
        Assert.Equal(("ops", "before lunch"), (entry.By, entry.Reason));
        Assert.Equal(["checkpoint"], task.Actions);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.EndAsync();
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_operators_checkpoint_of_a_paused_task_leaves_it_paused()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        var taken = task.Activities.Checkpoints.Count;
        await task.RaiseAsync("checkpoint");
        await task.UntilAsync(() => task.Activities.Checkpoints.Count == taken + 1 && task.Activities.Timeline.Count(entry => entry.Type == TimelineTypes.Checkpoint) == taken + 1);
        Assert.Equal(TaskState.Paused, task.Record.State);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_checkpoint_that_cannot_be_taken_is_warned_of_once_and_the_task_goes_on()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(3, 1), script => script.Checkpoint = _ => new(Checkpoint: null, "git is not installed."));
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
        var warning = Assert.Single(task.Activities.Timeline, entry => entry.Trigger == "checkpoint_failed");
        Assert.Equal("git is not installed.", warning.Reason);
        Assert.Null(task.Record.LastCheckpoint);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_a_checkpoint_does_not_hold_is_warned_of_once_and_the_checkpoint_counts()
    {
        string[] left = ["It does not hold large.bin.", "It does not hold large.bin.", "It does not hold large.bin, film.mov."];
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 1), script => script.Checkpoint = call =>
            new(ScriptedActivities.Reference(call.Id.Value, call.Type), left[script.Checkpoints.Count - 1]));
        await task.EndAsync();
        Assert.Equal(TaskOutcome.Success, task.Record.Result!.Outcome);
        var warnings = task.Activities.Timeline.Where(entry => entry is { Type: TimelineTypes.Warning, Trigger: "checkpoint_incomplete" });
        Assert.Equal([left[0], left[2]], warnings.Select(warning => warning.Reason));
        Assert.Equal(3, task.Activities.Timeline.Count(entry => entry.Type == TimelineTypes.Checkpoint));
        Assert.Equal(task.Activities.Checkpoints.Last().Id.Value, task.Record.LastCheckpoint!.Id);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_that_fails_leaves_a_recovery_checkpoint()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 1), script => script.Exits("1.1", 1));
        await task.EndAsync();
        Assert.Equal(TaskState.Failed, task.Record.State);
        Assert.Equal("recovery", task.Record.LastCheckpoint!.Type);
        Assert.Equal(["checkpointing recovery", "executing checkpointed", "failed step_failed"], task.Transitions.TakeLast(3));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_emergency_touches_nothing_more()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, new(StepEnding.Stopped, null, "all") { Stop = StopReason.Emergency });
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Single(task.Activities.Checkpoints);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_step_is_told_the_checkpoint_its_tree_comes_from_and_a_number_that_rises()
    {
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 1));
        await task.EndAsync();
        Assert.Equal([1, 2], task.Activities.Begun.Select(begun => begun.Fence));
        Assert.Equal(task.Activities.Checkpoints.Take(2).Select(taken => taken.Id.Value), task.Activities.Begun.Select(begun => begun.CheckpointId));
    }

    private static IEnumerable<TakeCheckpoint> Automatic(TaskScenario task) => task.Activities.Checkpoints.Where(taken => taken.Type == CheckpointType.Automatic);

    private static Task<TaskScenario> StartHeldAsync(TaskOutline outline, Action<ScriptedActivities>? script = null) =>
        TaskScenario.StartAsync(outline, activities =>
        {
            activities.Hold("1.1");
            script?.Invoke(activities);
        });
}
