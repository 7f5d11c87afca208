using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

/// <summary>Two runners never work on one step. Of two hosts on one storage the first has made the task's work tree, in a folder that both see.</summary>
public sealed class StepFencingTests : IAsyncDisposable
{
    private readonly TemporaryFolder _shared = new();
    private readonly ManualTimeProvider _leaseClock = new();
    private readonly TaskFixture _first;
    private readonly TaskFixture _second;

    public StepFencingTests()
    {
        var blobs = new FileBlobStore(_shared.Path, _leaseClock);
        _first = new TaskFixture(blobs, amongOthers: true);
        _second = new TaskFixture(blobs, amongOthers: true);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _shared.Dispose();
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_call_that_is_not_the_last_one_does_nothing()
    {
        await _first.PrepareAsync("echo ran >> notes");
        var late = _first.Attempt(2);
        Assert.Equal(StepEnding.Succeeded, (await _first.RunAsync()).Ending);
        Assert.Equal(StepEnding.Superseded, (await _first.Runner.RunAsync(late, default)).Ending);
        Assert.Equal(StepEnding.Superseded, (await _second.Runner.RunAsync(late, default)).Ending);
        Assert.Equal(1, _first.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_call_that_is_delivered_again_is_told_how_the_attempt_ended()
    {
        await _first.PrepareAsync("echo ran >> notes; exit 3");
        var call = _first.Attempt();
        var outcome = await _first.Runner.RunAsync(call, default);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equivalent(outcome, await _first.Runner.RunAsync(call, default));
        Assert.Equivalent(outcome, await _second.Runner.RunAsync(call, default));
        Assert.Equivalent(outcome, await _second.Runner.RunAsync(_first.Attempt(), default));
        Assert.Equal(1, _first.Notes("notes"));
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_next_attempt_begins_when_nothing_is_left_of_the_one_before(bool elsewhere)
    {
        var command = """[ -e began ] && { [ ! -e gone ] || : > after; exit 0; }; trap ': > gone; exit 0' INT TERM; : > began; while :; do sleep 0.01; done""";
        await _first.PrepareAsync(command);
        var before = _first.RunAsync();
        await _first.UntilFileAsync("began");
        var next = await (elsewhere ? _second : _first).Runner.RunAsync(_first.Attempt(2), default);
        Assert.Equal((StepEnding.Succeeded, StepEnding.Superseded), (next.Ending, (await before).Ending));
        Assert.True(File.Exists(Path.Combine(_first.Workspace, "after")));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_attempt_that_runs_on_another_host_is_waited_for()
    {
        await _first.PrepareAsync($"echo ran >> notes; {TaskFixture.Waits("go")}");
        var first = _first.RunAsync();
        await _first.UntilFileAsync("notes");
        var second = _second.Runner.RunAsync(_first.Attempt(), default);
        await TaskFixture.UntilAsync(async () => (await _first.Claims.ReadAsync(_first.Id, Cancellation)).Fence == 2);
        _first.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await first).Ending);
        Assert.Equal(StepEnding.Succeeded, (await second).Ending);
        Assert.Equal(1, _first.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_is_silent_loses_the_task_when_its_lease_ends_and_not_before()
    {
        await _first.PrepareAsync("echo ran >> notes");
        var call = _first.Attempt();
        await _first.BeganAsync(call, "silent", started: true);
        Assert.NotNull(await _first.Claims.TryLeaseAsync(_first.Id, Guid.NewGuid(), Cancellation));
        var asked = 0;
        _second.Blobs.Leasing = () => Interlocked.Increment(ref asked);
        var run = _second.Runner.RunAsync(call, default);
        _leaseClock.Advance(TimeSpan.FromSeconds(59));
        await TaskFixture.UntilAsync(() => Task.FromResult(Volatile.Read(ref asked) > 1));
        Assert.Equal(0, _first.Notes("notes"));
        _leaseClock.Advance(TimeSpan.FromSeconds(1));
        var lost = await run;
        Assert.Equal((StepEnding.Failed, FailureClass.Crash, true, true), (lost.Ending, lost.Failure!.Class, lost.Resumed, lost.Moved));
        Assert.Equal(0, _first.Notes("notes"));
        Assert.Equal(StepEnding.Succeeded, (await _second.Runner.RunAsync(_first.Attempt(2), default)).Ending);
        Assert.Equal(1, _first.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_another_host_asks_of_a_step_is_heard_within_5_s_from_storage_alone()
    {
        var time = new ManualTimeProvider();
        _first.LeaseTime = time;
        _first.Begin();
        await _first.PrepareAsync("trap 'exit 0' INT TERM; touch began; while :; do sleep 0.01; done");
        var run = _first.RunAsync();
        await _first.UntilFileAsync("began");
        var stop = Assert.Single(_first.Running.All).Stop;
        Assert.False(await _second.StopAsync(StopReason.Paused));
        Assert.False(stop.Please.IsCancellationRequested);
        for (var passed = 0; passed < 5; passed++) time.Advance(TimeSpan.FromSeconds(1));
        var outcome = await run;
        Assert.Equal((StepEnding.Stopped, StopReason.Paused), (outcome.Ending, outcome.Stop));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_was_lost_before_it_ran_anything_costs_no_attempt()
    {
        await _first.PrepareAsync("echo ran >> notes");
        var call = _first.Attempt();
        await _first.BeganAsync(call, "silent");
        var outcome = await _second.Runner.RunAsync(call, default);
        Assert.Equal((StepEnding.Succeeded, true), (outcome.Ending, outcome.Moved));
        Assert.Equal(1, _first.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_is_lost_while_it_runs_something_has_told_before_that_it_would()
    {
        await _first.PrepareAsync($"echo ran >> notes; {TaskFixture.Waits("go")}");
        var run = _first.RunAsync();
        await _first.UntilFileAsync("notes");
        Assert.True((await _first.Claims.ReadAsync(_first.Id, Cancellation)).HasStarted);
        Assert.Single(_first.Running.All).Stop.Lose();
        Assert.Equal(StepEnding.Superseded, (await run).Ending);
        _leaseClock.Advance(TimeSpan.FromSeconds(60));
        var crashed = await _second.Runner.RunAsync(_first.Attempt(), default);
        Assert.Equal((StepEnding.Failed, FailureClass.Crash, true), (crashed.Ending, crashed.Failure!.Class, crashed.Moved));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_lost_the_task_ends_what_runs_and_writes_nothing_more()
    {
        await _first.PrepareAsync("trap 'echo last; exit 0' INT TERM; touch began; while :; do sleep 0.01; done");
        var run = _first.RunAsync();
        await _first.UntilFileAsync("began");
        await TaskFixture.UntilAsync(async () => await _first.Store.ReadHeartbeatAsync(_first.Id, Cancellation) is not null);
        _first.Blobs.Fault = _ => new InvalidOperationException("It writes on.");
        Assert.Single(_first.Running.All).Stop.Lose();
        Assert.Equal(StepEnding.Superseded, (await run).Ending);
        Assert.Empty((await _first.EndLeftoversAsync()).Ended);
        Assert.Equal(0, _first.Blobs.Refused);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_has_lost_the_task_and_gets_it_again_has_not_crashed()
    {
        await _first.PrepareAsync($"echo ran >> notes; {TaskFixture.Waits("go")}");
        var run = _first.RunAsync();
        await _first.UntilFileAsync("notes");
        Assert.Single(_first.Running.All).Stop.Lose();
        Assert.Equal(StepEnding.Superseded, (await run).Ending);
        _leaseClock.Advance(TimeSpan.FromSeconds(60));
        _first.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _first.RunAsync()).Ending);
        Assert.Equal(2, _first.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_outlived_the_process_of_its_host_goes_on_there_whichever_host_is_called_for_it()
    {
        var command = $"echo ran >> notes; {TaskFixture.Waits("go")}; echo went";
        await _first.PrepareAsync(command);
        var call = _first.Attempt();
        await _first.BeganAsync(call, _first.Workspaces.Here.Host);
        await _first.RunUnwatchedAsync(command);
        await _first.UntilFileAsync("notes");
        _first.Begin();
        Assert.Empty((await _first.TakeOverAsync()).Ended);
        var second = _second.Runner.RunAsync(call, default);
        await TaskFixture.UntilAsync(async () => (await _first.LogAsync()).Any(line => line.Text.Contains("goes on", StringComparison.Ordinal)));
        _first.Touch("go");
        var outcome = await second;
        Assert.Equal((StepEnding.Succeeded, true), (outcome.Ending, outcome.Resumed));
        Assert.Equal(1, _first.Notes("notes"));
        Assert.Equal(["went"], await _first.PrintedAsync());
        await TaskFixture.UntilAsync(() => Task.FromResult(!_first.Running.Has(StepKey.Of(call))));
        Assert.True((await _first.Runner.RunAsync(call, default)).Resumed);
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_another_host_has_taken_meanwhile_is_ended_where_it_was(bool hasBegun)
    {
        const string command = "touch began; sleep 300";
        await _first.PrepareAsync(command);
        var call = _first.Attempt();
        await _first.BeganAsync(call, hasBegun ? "another" : _first.Workspaces.Here.Host);
        if (!hasBegun) Assert.NotNull(await _second.Claims.TryLeaseAsync(_first.Id, Guid.Parse(_second.Workspaces.Here.Host), Cancellation));
        await _first.RunUnwatchedAsync(command);
        await _first.UntilFileAsync("began");
        _first.Begin();
        Assert.NotEmpty((await _first.TakeOverAsync()).Ended);
        Assert.Empty(_first.Running.All);
    }
}
