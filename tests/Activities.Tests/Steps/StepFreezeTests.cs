using System.Globalization;
using System.Runtime.Versioning;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

[SupportedOSPlatform("linux")]
public sealed class StepFreezeTests : IAsyncDisposable
{
    private static readonly string UntilGo = $"echo $$ > pid.new; mv pid.new pid; echo ready; {TaskFixture.Waits("go")}; echo went";

    private readonly TaskFixture _task = new();

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_frozen_step_stands_still_and_goes_on_where_it_was()
    {
        await _task.PrepareAsync(UntilGo);
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        Assert.True(await _task.FreezeAsync(true));
        Assert.True(await _task.FreezeAsync(true));
        await UntilFrozenAsync();
        _task.Touch("go");
        Assert.False(run.IsCompleted);

        Assert.True(await _task.FreezeAsync(false));
        await _task.FreezeAsync(false); // It may have ended by now.
        Assert.Equal(StepEnding.Succeeded, (await run).Ending);
        Assert.Equal(["ready", "went"], await _task.PrintedAsync());
        Assert.False(await _task.FreezeAsync(true));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_stop_of_a_frozen_step_ends_it()
    {
        await _task.PrepareAsync(UntilGo);
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        await _task.FreezeAsync(true);
        await UntilFrozenAsync();
        Assert.True(await _task.StopAsync(StopReason.Paused));
        Assert.Equal((StepEnding.Stopped, StopReason.Paused), ((await run).Ending, (await run).Stop));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_slice_ends_while_the_step_is_frozen()
    {
        _task.Configuration["Agents:Slice"] = "00:00:01";
        _task.Begin();
        await _task.PrepareAsync(UntilGo);
        var first = _task.RunAsync();
        await _task.UntilFileAsync("pid");
        await _task.FreezeAsync(true);
        Assert.Equal(StepEnding.StillRunning, (await first).Ending);
        Assert.Equal(StepEnding.StillRunning, (await _task.RunAsync()).Ending);
        await UntilFrozenAsync();
        _task.Touch("go");
        await _task.FreezeAsync(false);
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_freeze_that_nobody_heard_is_heeded_by_the_run_that_outlived_its_host()
    {
        await _task.PrepareAsync("echo never");
        var process = await _task.RunUnwatchedAsync(UntilGo);
        await _task.UntilFileAsync("pid");
        Assert.False(await _task.FreezeAsync(true));
        var run = _task.RunAsync();
        await UntilFrozenAsync();
        _task.Touch("go");
        await _task.UntilLoggedAsync("ready");
        await _task.FreezeAsync(false);
        Assert.Equal(StepEnding.Succeeded, (await run).Ending);
        await process.Completion;
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_run_that_its_dead_host_has_frozen_goes_on_if_that_is_over()
    {
        await _task.PrepareAsync("echo never");
        var process = await _task.RunUnwatchedAsync(UntilGo);
        await _task.UntilFileAsync("pid");
        process.Freeze();
        await _task.FreezeAsync(true);
        await _task.FreezeAsync(false);
        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        await process.Completion;
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_stands_still_while_its_instance_is_suspended()
    {
        await _task.PrepareAsync(UntilGo);
        var run = _task.RunAsync();
        await _task.UntilFileAsync("pid");
        _task.Engine.Status = RuntimeStatus.Suspended;
        await UntilFrozenAsync();
        _task.Touch("go");
        Assert.False(run.IsCompleted);
        _task.Engine.Status = RuntimeStatus.Running;
        Assert.Equal(StepEnding.Succeeded, (await run).Ending);
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData(RuntimeStatus.Terminated)]
    [InlineData(RuntimeStatus.Failed)]
    [InlineData(null)]
    public async Task A_step_ends_when_its_instance_is_terminated_or_purged_or_failed(RuntimeStatus? status)
    {
        await _task.PrepareAsync(UntilGo);
        var run = _task.RunAsync();
        await _task.UntilFileAsync("pid");
        _task.Engine.Status = status;
        Assert.Equal(StepEnding.Superseded, (await run).Ending);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }

    /// <summary>A signal takes effect a moment after it was sent. A shell whose child was stopped between its fork and its program waits for that, in D.</summary>
    private Task UntilFrozenAsync() => TaskFixture.UntilAsync(async () =>
    {
        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(_task.Workspace, "pid"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        var stat = await File.ReadAllTextAsync($"/proc/{pid}/stat", TestContext.Current.CancellationToken);
        return stat[stat.LastIndexOf(')') + 2] is 'T' or 'D';
    });
}
