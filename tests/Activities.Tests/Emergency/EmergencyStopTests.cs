using DurableAgentTasks.Activities.Emergency;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Emergency;

public sealed class EmergencyStopTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmergencyStop Stop => new(_task.Running, _task.Runs, TimeProvider.System);

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_that_runs_is_ended_and_named()
    {
        await _task.PrepareAsync("setsid sleep 300 & echo ready; sleep 300");
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");

        var ended = Assert.Single(await Stop.StopAllAsync(StopReason.Emergency, Cancellation));
        Assert.Equal((_task.Id, "1.1", 1), (ended.TaskId, ended.StepId, ended.Attempt));
        Assert.NotEmpty(ended.Pids);
        Assert.Equal(StepEnding.Stopped, (await run).Ending);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_full_disk_does_not_delay_it()
    {
        await _task.PrepareAsync("echo ready; sleep 300");
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        _task.Blobs.Fault = name => name.Contains("/control/", StringComparison.Ordinal) ? new IOException("full") : null;
        Assert.Single(await Stop.StopAllAsync(StopReason.Emergency, Cancellation));
        Assert.Equal(StepEnding.Stopped, (await run).Ending);
        _task.Blobs.Fault = _ => null;
        await TaskFixture.UntilAsync(async () => (await _task.Controls.ReadAsync(_task.Id, "1.1", 1, Cancellation)).Stop is not null);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_log_that_cannot_be_written_does_not_delay_it()
    {
        await _task.PrepareAsync("echo ready; touch began; trap 'echo last; exit' INT; while :; do sleep 0.05; done");
        var run = _task.RunAsync();
        await _task.UntilFileAsync("began");
        await _task.UntilLoggedAsync("ready");
        _task.Blobs.Fault = name => name.Contains("/log/", StringComparison.Ordinal) ? new IOException("full") : null;
        File.AppendAllText(_task.Runs.Open(_task.Id, "1.1", 1, 1).Folder.StandardOutput, "more\n");
        Assert.Single(await Stop.StopAllAsync(StopReason.Emergency, Cancellation));
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
        Assert.False(run.IsCompleted);
        _task.Blobs.Fault = _ => null;
        Assert.Equal(StopReason.Emergency, (await run).Stop);
    }

    [Fact]
    public async Task Where_nothing_runs_nothing_is_ended() => Assert.Empty(await Stop.StopAllAsync(StopReason.Emergency, Cancellation));
}
