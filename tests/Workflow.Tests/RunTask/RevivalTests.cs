using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class RevivalTests
{
    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("failed", new[] { "resuming resume", "executing resumed" })]
    [InlineData("executing", new[] { "paused history_lost", "resuming resume", "executing resumed" })]
    [InlineData("paused", new[] { "resuming resume", "executing resumed" })]
    [InlineData("completing", new[] { "failed history_lost", "resuming resume", "executing resumed" })]
    public async Task A_task_goes_on_from_its_record(string state, string[] ways)
    {
        await using var task = await OpenAsync(Outlines.Of(2, 2), state);
        await task.StartAsync("""{"reviveTask":true,"by":"ops","reason":"again"}""");
        await task.EndAsync();
        Assert.Equal(["1.2#3", "2.1#1", "2.2#1"], task.Activities.Attempts);
        Assert.Equal("s-1", task.Activities.Begun.First().Session!.Id);
        Assert.Equal(ways, task.Activities.Timeline.Where(entry => entry.To is not null).Take(ways.Length).Select(entry => $"{entry.To.ToString()!.ToLowerInvariant()} {entry.Trigger}"));
        Assert.Equal(41, task.Activities.Timeline[0].Number);
        Assert.Equal("4 of 4 steps were completed.", Result(task));
        Assert.Empty(task.Activities.Prepared);
        Assert.Equal(101, task.Activities.Begun.First().Fence);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task It_goes_on_from_a_checkpoint_if_that_is_asked_for()
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), "failed");
        task.Activities.Restore = call => ScriptedActivities.Restored(call) with { Attempts = new Dictionary<string, int> { ["1.1"] = 1, ["1.2"] = 2 } };
        await task.StartAsync("""{"reviveTask":true,"checkpointId":"00000000000000aa"}""");
        await task.EndAsync();
        Assert.Equal("00000000000000aa", task.Activities.Restores.Single().CheckpointId);
        Assert.Equal(["1.1#2", "1.2#3"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Where_its_work_tree_is_not_it_goes_back_to_the_checkpoint_and_does_again_what_was_done_since()
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), "failed", lost: "00000000000000bb");
        task.Activities.Restore = call => ScriptedActivities.Restored(call) with { Attempts = new Dictionary<string, int> { ["1.1"] = 1, ["1.2"] = 2 } };
        await task.StartAsync("""{"reviveTask":true}""");
        await task.EndAsync();
        Assert.Equal("00000000000000bb", task.Activities.Restores.Single().CheckpointId);
        Assert.Equal(["1.1#2", "1.2#3"], task.Activities.Attempts);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_pause_before_its_turn_does_not_spare_it_the_restore_of_its_tree()
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), "failed", lost: "00000000000000bb");
        task.Activities.Place = new(HasSlot: false, "queued:1");
        await task.StartAsync("""{"reviveTask":true}""");
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry.Type == TimelineTypes.Detail));
        await task.PauseAsync();
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry.To == TaskState.Paused));
        task.Activities.Place = new(HasSlot: true, Detail: null);
        await task.ResumeAsync();
        await task.EndAsync();
        Assert.Equal("00000000000000bb", Assert.Single(task.Activities.Restores).CheckpointId);
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(null, "00000000000000bb")]
    [InlineData("00000000000000aa", "00000000000000aa")]
    public async Task A_restore_of_its_tree_that_failed_is_tried_again_when_it_is_resumed_unless_another_is_named(string? named, string expected)
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), "failed", lost: "00000000000000bb");
        task.Activities.Restore = _ => new(null, null, [], new Dictionary<string, AgentSession>(), "The storage is away.");
        await task.StartAsync("""{"reviveTask":true}""");
        await task.UntilAsync(() => task.Activities.Timeline.Any(entry => entry.To == TaskState.Paused));
        task.Activities.Restore = call => ScriptedActivities.Restored(call);
        await task.RaiseAsync("resume", named is null ? null : $$"""{"checkpointId":"{{named}}"}""");
        await task.EndAsync();
        Assert.Equal(["00000000000000bb", expected], task.Activities.Restores.Select(call => call.CheckpointId));
        Assert.Equal(["1.1#1", "1.2#1"], task.Activities.Attempts);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("00000000000000cc")]
    [InlineData(null)]
    public async Task It_is_rolled_back_to_what_was_good_before_it_failed_or_not_at_all(string? good)
    {
        var broken = new StepOutcome(StepEnding.Failed, 1, "corrupt") { Failure = new(FailureClass.Critical, "said so", null) };
        await using var task = await OpenAsync(Outlines.Of(1, 2), "failed");
        task.Activities.Revived = Revived(task.Activities.Revived(), good);
        task.Activities.Script("1.2", broken, broken, broken, broken, ScriptedActivities.Exited(0));
        task.Activities.Restore = call => ScriptedActivities.Restored(call, "1.1") with { Attempts = new Dictionary<string, int> { ["1.2"] = 4 } };
        await task.StartAsync("""{"reviveTask":true}""");
        await task.PassUntilAsync(() => task.Activities.Timeline.Any(entry => entry.To == TaskState.Completed));
        Assert.Equal(good is null ? [] : [good], task.Activities.Restores.Select(call => call.CheckpointId));
        Assert.Equal(["1.2#3", "1.2#4", "1.2#5"], task.Activities.Attempts);

        static Func<RevivedTask> Revived(RevivedTask revived, string? good) => () => revived with { LastCheckpoint = "00000000000000dd", LastGoodCheckpoint = good };
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("completed")]
    [InlineData("cancelled")]
    public async Task What_has_ended_for_good_does_nothing_more(string state)
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), state);
        await task.StartAsync("""{"reviveTask":true}""");
        await task.EndAsync();
        Assert.Empty(task.Activities.Attempts);
        Assert.Empty(task.Activities.Timeline);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_start_of_a_task_that_was_begun_before_goes_on_from_its_record_too()
    {
        await using var task = await OpenAsync(Outlines.Of(1, 2), "executing");
        task.Activities.WasBegun = true;
        await task.StartAsync();
        await task.EndAsync();
        Assert.Equal(["1.2#3"], task.Activities.Attempts);
    }

    private static async Task<TaskScenario> OpenAsync(TaskOutline outline, string state, string? lost = null)
    {
        var task = await TaskScenario.OpenAsync(outline);
        task.Activities.Revived = () => new RevivedTask(
            outline, Enum.Parse<TaskState>(state, ignoreCase: true), NextEntry: 41, ["1.1"], [], new Dictionary<string, int> { ["1.1"] = 1, ["1.2"] = 2 },
            new Dictionary<string, AgentSession> { ["1.2"] = new("s-1", null) }, LastCheckpoint: lost)
        {
            Fence = 100,
            TreeIsLost = lost is not null,
        };
        return task;
    }

    private static string? Result(TaskScenario task) =>
        task.Activities.Timeline.Last(entry => entry.To == TaskState.Completed).Data!.Value.GetProperty("result").GetProperty("summary").GetString();
}
