using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Hosting;

public sealed class DiskFaultTests : IDisposable
{
    private readonly EngineLives _lives = new();
    private readonly FaultyDisk _disk = new();

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_disk_that_fails_acknowledges_nothing_and_a_restart_continues()
    {
        await using (var engine = _lives.Open(Program(), files: _disk))
        {
            await engine.ContinueAsync(default);
            await engine.StartMainAsync("a");
            _disk.Fault = new IOException("gone");
            await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.RaiseAsync("a", "go", "\"never\""));
            await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.RaiseAsync("a", "go", "\"never\""));
            await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.StartMainAsync("b"));
            Assert.Null(await engine.Client.GetAsync("b", payloads: false, default));
            Assert.Contains("restart", engine.Unavailable, StringComparison.Ordinal);
        }

        await using var next = await _lives.StartAsync(Program());
        await next.RaiseAsync("a", "go", "\"x\"");
        Assert.Equal("\"x\"", (await next.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_full_disk_refuses_new_work_stays_readable_and_goes_on_once_there_is_room()
    {
        await using var engine = _lives.Open(Program(), files: _disk);
        await engine.ContinueAsync(default);
        await engine.StartMainAsync("a");
        _disk.Fault = new DiskFullException(new IOException("full"));
        var waiting = engine.RaiseAsync("a", "go", "\"x\"");
        while (engine.Unavailable is null) await Task.Yield();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.StartMainAsync("b"));
        await Assert.ThrowsAsync<EngineUnavailableException>(() => engine.RaiseAsync("a", "go"));
        Assert.Null(await engine.Client.GetAsync("b", payloads: false, default));
        Assert.NotEmpty(await engine.Client.GetHistoryAsync("a", default));
        Assert.False(waiting.IsCompleted);

        await MakeRoomAsync(engine);
        Assert.Equal(OperationOutcome.Accepted, await waiting);
        Assert.Equal("\"x\"", (await engine.EndAsync("a")).Output);
        await engine.StartMainAsync("b");
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task What_came_in_is_not_handled_before_it_is_on_the_disk()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leave = new ManualResetEventSlim();
        var registry = EngineLives.Running(async context =>
        {
            entered.TrySetResult();
            leave.Wait();
            _ = context.CallActivityAsync<string>("Reached", null);
            context.SetCustomStatus(await context.WaitForExternalEventAsync<string>("go"));
            return 1;
        }).AddActivity<string?, string>(new("Reached"), (_, _) =>
        {
            reached.TrySetResult();
            return Task.FromResult("");
        });
        await using var engine = _lives.Open(registry, files: _disk);
        await engine.ContinueAsync(default);
        await engine.StartMainAsync("a");
        await entered.Task;
        _disk.Fault = new DiskFullException(new IOException("full"));
        var raised = engine.RaiseAsync("a", "go", "\"x\"");

        // The activity is set going once the instance has handled all it may handle.
        leave.Set();
        await reached.Task;
        Assert.Null((await engine.Client.GetAsync("a", payloads: true, default))!.CustomStatus);
        await MakeRoomAsync(engine);
        await raised;
        Assert.Equal("\"x\"", (await engine.EndAsync("a")).CustomStatus);
    }

    private async Task MakeRoomAsync(DurableEngine engine)
    {
        while (engine.Unavailable is null) await Task.Yield();
        _disk.Fault = null;
        while (engine.Unavailable is not null)
        {
            _lives.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private static DurableRegistry Program() => EngineLives.Running(async context =>
        await context.CallAsync(EngineLives.Note, (await context.WaitForExternalEventAsync<string>("go"))!));
}
