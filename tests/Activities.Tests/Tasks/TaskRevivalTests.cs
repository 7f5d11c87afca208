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
