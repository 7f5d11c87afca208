using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TaskRevivalTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();
    private readonly TaskTimeline _before = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_the_generation_before_left_in_the_timeline_alone_counts()
    {
        await BeginAsync();
        _before.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch);
        await _task.Store.AppendTimelineAsync(_task.Id, _before.TakePending(), Cancellation);
        var revived = await ReviveAsync();
        Assert.Equal((5, 1), (revived.NextEntry, revived.Epoch));
        Assert.Equal(["1.1"], revived.CompletedSteps);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_comes_late_of_the_generation_before_does_not()
    {
        await BeginAsync();
        var revived = await ReviveAsync();
        await _task.Runner.RunAsync(_task.Attempt() with { Fence = revived.Fence + 1 }, default);
        _before.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch);
        await RecordAsync(_before);
        Assert.Equal((4, WorkStatus.InProgress), await StandsAsync());
        Assert.Single(_task.Runs.LivesOf(_task.Id, "1.1", 1));

        var after = new TaskTimeline(revived.State, revived.NextEntry, revived.Epoch);
        after.StepEnded("1.1", WorkStatus.Failed, 1, 1, "It failed.", DateTimeOffset.UnixEpoch);
        await RecordAsync(after);
        Assert.Equal((5, WorkStatus.Failed), await StandsAsync());
        Assert.Equal([0, 0, 0, 1], (await _task.Store.ReadTimelineAsync(_task.Id, Cancellation)).Select(entry => entry.Epoch));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_still_runs_of_the_generation_before_is_ended_and_its_calls_do_nothing_more()
    {
        await BeginAsync("touch began; sleep 300");
        var run = _task.RunAsync();
        await _task.UntilFileAsync("began");
        var late = _task.Attempt();
        var revived = await ReviveAsync();
        Assert.Equal(StepEnding.Superseded, (await run).Ending);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
        Assert.Equal(StepEnding.Superseded, (await _task.Runner.RunAsync(late with { Fence = revived.Fence }, default)).Ending);

        // Nor does a call that is delivered once more end what the new generation runs.
        File.Delete(Path.Combine(_task.Workspace, "began"));
        run = _task.Runner.RunAsync(late with { Fence = revived.Fence + 1 }, default);
        await _task.UntilFileAsync("began");
        Assert.Equal(revived.Fence + 1, (await ReviveAsync()).Fence);
        Assert.False(run.IsCompleted);
        await _task.StopAsync();
        Assert.Equal(StepEnding.Stopped, (await run).Ending);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task To_revive_twice_is_to_revive_once()
    {
        await BeginAsync();
        var first = await ReviveAsync(10);
        Assert.Equivalent(first, await ReviveAsync(10));
        Assert.Equal((1, 2), (first.Epoch, (await ReviveAsync(20)).Epoch));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReviveAsync(10));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_checkpoint_to_go_back_to_is_the_last_one_that_holds_nothing_of_a_step_that_failed()
    {
        await BeginAsync();
        Take("1", good: true, second: 1);
        Take("2", good: false, second: 2);
        await RecordAsync(_before);
        Assert.Equal((Id("2"), Id("1")), await CheckpointsAsync());

        // What was taken beside an attempt is good once that succeeds.
        _before.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch.AddSeconds(3));
        Take("3", good: false, second: 4);
        _before.StepStarted("1.2", 1, DateTimeOffset.UnixEpoch.AddSeconds(5));
        _before.StepEnded("1.2", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch.AddSeconds(6));
        await RecordAsync(_before);
        Assert.Equal((Id("3"), Id("2")), await CheckpointsAsync());

        // What was there before a restore is not, nor has the tree come from it.
        _before.Restored(new RestoredData(Reference("1"), Reference("4"), ["1.2"]), null, DateTimeOffset.UnixEpoch);
        await RecordAsync(_before);
        Assert.Equal((Id("1"), Id("1")), await CheckpointsAsync());

        // Of another task's only the tree was taken: what was there before is the last one that this task has.
        _before.Restored(new RestoredData(Reference("9"), Reference("5"), []) { TreeOnly = true }, null, DateTimeOffset.UnixEpoch);
        await RecordAsync(_before);
        Assert.Equal((Id("5"), Id("1")), await CheckpointsAsync());

        static string Id(string digit) => digit.PadLeft(16, '0');
        static CheckpointReference Reference(string digit, int second = 0) => new(Id(digit), "automatic", DateTimeOffset.UnixEpoch.AddSeconds(second), null, null);
        void Take(string digit, bool good, int second) => _before.CheckpointTaken(Reference(digit, second), "", null, null, DateTimeOffset.UnixEpoch, good);
        async Task<(string? Last, string? LastGood)> CheckpointsAsync()
        {
            var record = await _task.Records.ReadAsync(_task.Id, Cancellation);
            return (record.LastCheckpoint?.Id, record.LastGoodCheckpoint?.Id);
        }
    }

    private async Task BeginAsync(string command = "echo one")
    {
        await _task.PrepareAsync(command);
        _before.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
        _before.Transition(TaskState.Executing, "plan_given", DateTimeOffset.UnixEpoch);
        _before.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch);
        await RecordAsync(_before);
    }

    private Task<RecordedTimeline> RecordAsync(TaskTimeline timeline) =>
        _task.Recording.RecordAsync(new RecordTimeline(_task.Id.Value, timeline.TakePending()), Cancellation);

    private async Task<(long Next, WorkStatus Step)> StandsAsync()
    {
        var record = await _task.Records.ReadAsync(_task.Id, Cancellation);
        Assert.Equal(1, record.Epoch);
        return (record.AppliedThrough + 1, record.Steps.Single().Status);
    }

    private Task<RevivedTask> ReviveAsync(int second = 0) =>
        _task.Revival.ReviveAsync(new ReviveTask(_task.Id.Value, DateTimeOffset.UnixEpoch.AddSeconds(second)), Cancellation);
}
