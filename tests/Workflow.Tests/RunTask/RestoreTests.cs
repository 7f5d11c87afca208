using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class RestoreTests
{
    private const string Asked = "00000000000000aa";

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_resume_from_a_checkpoint_restores_it_and_does_the_later_steps_again(bool restart)
    {
        await using var task = await StartHeldAsync(Outlines.Of(2, 2), "2.1");
        task.Activities.Restore = call => ScriptedActivities.Restored(call, "1.1") with
        {
            Attempts = new Dictionary<string, int> { ["1.2"] = 1, ["2.1"] = 1 },
            Sessions = new Dictionary<string, AgentSession> { ["1.2"] = new("s-7", null) },
        };
        await task.UntilBegunAsync("2.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.RestartAsync(restart);
        await ResumeAsync(task);
        await task.UntilBegunAsync("2.1", 2);
        Assert.Equal(Asked, Assert.Single(task.Activities.Restores).CheckpointId);
        Assert.Equal("s-7", task.Activities.Begun.Single(begun => begun is { StepId: "1.2", Attempt: 2 }).Session!.Id);
        task.Activities.End("2.1", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.2#1", "2.1#1", "1.2#2", "2.1#2", "2.2#1"], task.Activities.Attempts);
        Assert.Equal(new TaskResult(TaskOutcome.Success, "4 of 4 steps were completed."), task.Record.Result);
        Assert.All(task.Record.Steps, step => Assert.Equal(WorkStatus.Completed, step.Status));
        Assert.Equal("back", task.Activities.Timeline.Single(entry => entry.Type == TimelineTypes.Restored).Reason);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_checkpoint_from_before_another_restore_brings_back_what_was_done_then()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 2), "1.1", script => script.Hold("1.2"));
        await task.UntilBegunAsync("1.1");
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("1.2");
        await RestoreAsync(task, call => ScriptedActivities.Restored(call) with { Attempts = new Dictionary<string, int> { ["1.1"] = 1, ["1.2"] = 1 } });
        await task.UntilBegunAsync("1.1", 2);
        await RestoreAsync(task, call => ScriptedActivities.Restored(call, "1.1") with { Attempts = new Dictionary<string, int> { ["1.2"] = 1 } });
        await task.UntilBegunAsync("1.2", 2);
        Assert.Equal(WorkStatus.Completed, task.Record.Steps.Single(step => step.Id == "1.1").Status);
        task.Activities.End("1.2", 2, ScriptedActivities.Exited(0));
        await task.EndAsync();
        Assert.All(task.Record.Steps, step => Assert.Equal(WorkStatus.Completed, step.Status));

        static async Task RestoreAsync(TaskScenario task, Func<RestoreCheckpoint, RestoredCheckpoint> restore)
        {
            task.Activities.Restore = restore;
            await task.PauseAsync();
            await task.UntilStateAsync(TaskState.Paused);
            await ResumeAsync(task);
        }
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resume_without_a_checkpoint_restores_nothing()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), "1.1");
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Empty(task.Activities.Restores);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_checkpoint_that_cannot_be_restored_leaves_the_task_paused_and_says_why()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), "1.1");
        task.Activities.Restore = _ => new(null, null, [], new Dictionary<string, AgentSession>(), "There is no checkpoint 00000000000000aa.");
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await ResumeAsync(task);
        await task.UntilAsync(() => task.Transitions.Count(transition => transition.StartsWith("paused", StringComparison.Ordinal)) == 2);
        Assert.Equal("There is no checkpoint 00000000000000aa.", task.Activities.Timeline.Last(entry => entry.To == TaskState.Paused).Reason);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_cancel_during_a_restore_ends_the_task_after_it()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), "1.1", script => script.Holds = call => call is RestoreCheckpoint);
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        await ResumeAsync(task);
        await task.Activities.Held.Task;
        await task.CancelAsync();
        task.Activities.Gate.SetResult();
        await task.EndAsync();
        Assert.Equal(TaskState.Cancelled, task.Record.State);
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_critical_failure_is_tried_again_and_then_again_on_the_last_good_checkpoint()
    {
        var broken = new StepOutcome(StepEnding.Failed, 1, "corrupt") { Failure = new(FailureClass.Critical, "said so", null) };
        await using var task = await TaskScenario.StartAsync(Outlines.Of(2, 1), script => script.Script("2.1", broken, broken, broken, broken));
        task.Activities.Restore = call => ScriptedActivities.Restored(call, "1.1") with { Attempts = new Dictionary<string, int> { ["2.1"] = task.Activities.Begun.Count - 1 } };
        await task.PassUntilAsync(() => task.Record.State == TaskState.Failed);
        Assert.Equal(["1.1#1", "2.1#1", "2.1#2", "2.1#3", "2.1#4"], task.Activities.Attempts);
        Assert.Equal(["retry", "restore", "restore", "fail"], task.Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Recovery).Select(entry => entry.Trigger));
        Assert.All(task.Activities.Restores, call => Assert.Equal(task.Activities.Checkpoints.ElementAt(1).Id.Value, call.CheckpointId));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_was_taken_while_a_step_was_failing_is_not_gone_back_to()
    {
        var outline = Outlines.Of(1, 1) with { CheckpointInterval = TimeSpan.FromMinutes(5) };
        await using var task = await StartHeldAsync(outline, "1.1");
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await task.PassUntilAsync(() => task.Activities.Begun.Any(begun => begun.Attempt == attempt));
            await task.PassUntilAsync(() => task.Activities.Timeline.Count(entry => entry is { Type: TimelineTypes.Checkpoint, Trigger: "automatic" }) == attempt);
            task.Activities.End("1.1", attempt, Broken);
        }

        await task.PassUntilAsync(() => !task.Activities.Restores.IsEmpty);
        Assert.Equal(task.Activities.Checkpoints.First().Id.Value, task.Activities.Restores.Single().CheckpointId);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task What_was_taken_beside_a_step_that_succeeded_then_is_good()
    {
        var outline = Outlines.Of(1, 2) with { CheckpointInterval = TimeSpan.FromMinutes(5) };
        await using var task = await StartHeldAsync(outline, "1.1", script => script.Script("1.2", Broken));
        task.Activities.Restore = call => ScriptedActivities.Restored(call, "1.1");
        await task.UntilBegunAsync("1.1");
        await task.PassUntilAsync(() => task.Record.LastCheckpoint is { Type: "automatic" });
        Assert.Equal("milestone", task.Record.LastGoodCheckpoint!.Type);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("1.2");
        Assert.Equal("automatic", task.Record.LastGoodCheckpoint!.Type);
        await task.PassUntilAsync(() => !task.Activities.Restores.IsEmpty);
        Assert.Equal(task.Activities.Checkpoints.Single(taken => taken.Type == CheckpointType.Automatic).Id.Value, task.Activities.Restores.First().CheckpointId);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_rollback_over_finished_steps_does_not_retry_for_ever()
    {
        var broken = new StepOutcome(StepEnding.Failed, 1, "corrupt") { Failure = new(FailureClass.Critical, "said so", null) };
        await using var task = await TaskScenario.StartAsync(Outlines.Of(1, 2), script => script.Script("1.2", broken));
        task.Activities.Restore = call => ScriptedActivities.Restored(call) with
        {
            Attempts = task.Activities.Begun.GroupBy(begun => begun.StepId).ToDictionary(group => group.Key, group => group.Max(begun => begun.Attempt)),
        };
        await task.PassUntilAsync(() => task.Record.State == TaskState.Failed);
        Assert.Equal(["1.1#1", "1.2#1", "1.2#2", "1.1#2", "1.2#3", "1.1#3", "1.2#4"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_that_begins_at_a_checkpoint_takes_its_tree_and_does_its_whole_plan()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(1, 2) with { BeginsAt = Asked }, script => script.Restore = call => ScriptedActivities.Restored(call, "1.1", "1.2"));
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
        Assert.Equal(Asked, Assert.Single(task.Activities.Restores).CheckpointId);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_task_that_could_not_begin_at_its_checkpoint_begins_there_when_it_is_resumed()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(1, 1) with { BeginsAt = Asked }, script => script.Restore = _ => new(null, null, [], new Dictionary<string, AgentSession>(), "The storage is away."));
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Restore = call => ScriptedActivities.Restored(call, "1.1");
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal([Asked, Asked], task.Activities.Restores.Select(call => call.CheckpointId));
        Assert.Equal(["1.1#1"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_checkpoint_that_is_named_in_its_place_and_cannot_be_restored_leaves_it_owed()
    {
        await using var task = await TaskScenario.StartAsync(
            Outlines.Of(1, 1) with { BeginsAt = Asked }, script => script.Restore = _ => new(null, null, [], new Dictionary<string, AgentSession>(), "The storage is away."));
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("resume", """{"checkpointId":"ffffffffffffffff"}""");
        await task.UntilAsync(() => task.Transitions.Count(transition => transition.StartsWith("paused", StringComparison.Ordinal)) == 2);
        task.Activities.Restore = call => ScriptedActivities.Restored(call);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal([Asked, "ffffffffffffffff", Asked], task.Activities.Restores.Select(call => call.CheckpointId));
        Assert.StartsWith(
            "The storage is away. The task cannot go on without it", task.Activities.Timeline.First(entry => entry.To == TaskState.Paused).Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_operator_who_resumes_without_a_checkpoint_no_longer_wants_the_one_that_was_asked_for()
    {
        await using var task = await StartHeldAsync(Outlines.Of(1, 1), "1.1");
        await task.UntilBegunAsync("1.1");
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await ResumeAsync(task);
        await task.UntilAsync(() => task.Record is { State: TaskState.Resuming, Detail: "queued:1" });
        await task.PauseAsync();
        await task.UntilStateAsync(TaskState.Paused);
        task.Activities.Place = new(HasSlot: true, Detail: null);
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        Assert.Empty(task.Activities.Restores);
    }

    private static StepOutcome Broken => new(StepEnding.Failed, 1, "corrupt") { Failure = new(FailureClass.Critical, "said so", null) };

    private static Task<OperationOutcome> ResumeAsync(TaskScenario task) => task.RaiseAsync("resume", $$"""{"by":"ops","reason":"back","checkpointId":"{{Asked}}"}""");

    private static Task<TaskScenario> StartHeldAsync(TaskOutline outline, string step, Action<ScriptedActivities>? script = null) =>
        TaskScenario.StartAsync(outline, activities =>
        {
            activities.Hold(step);
            script?.Invoke(activities);
        });
}
