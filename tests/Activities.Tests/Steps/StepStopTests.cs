using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepStopTests : IAsyncDisposable
{
    // What a well-behaved program does: it ends by itself, and well, when it is interrupted.
    private const string ExitsWith0WhenInterrupted = "trap 'exit 0' INT TERM; echo ready; while :; do sleep 0.01; done";

    private readonly TaskFixture _task = new();

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_stop_ends_the_whole_tree_and_says_what_was_ended()
    {
        await _task.PrepareAsync("setsid sleep 300 & echo ready; sleep 300");
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        Assert.True(await _task.StopAsync(StopReason.StepTimeout));
        var outcome = await run;
        Assert.Equal((StepEnding.Stopped, null), (outcome.Ending, outcome.ExitCode));
        Assert.Matches(@"^The step took longer than its timeout; [3-5] processes ended in \d+\.\d s \(.*sleep \d+.*\)\.$", outcome.Message);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_stop_that_comes_before_the_step_begins_keeps_it_from_running()
    {
        await _task.PrepareAsync("echo ran >> notes");
        Assert.False(await _task.StopAsync());
        _task.Begin();
        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.Stopped, StopReason.Cancelled), (outcome.Ending, outcome.Stop));
        Assert.Equal("The task was cancelled; nothing of the step was running.", outcome.Message);
        Assert.Equal(0, _task.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_stop_that_comes_after_the_end_finds_nothing_to_stop()
    {
        await _task.PrepareAsync("echo ran");
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.False(await _task.StopAsync());
        _task.Begin();
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_first_reason_to_stop_counts()
    {
        await _task.PrepareAsync("echo never");
        await _task.StopAsync(StopReason.TaskTimeout);
        await _task.StopAsync(StopReason.Cancelled);
        Assert.StartsWith("The task reached its deadline", (await _task.RunAsync()).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_full_disk_keeps_no_step_from_being_stopped()
    {
        await _task.PrepareAsync(ExitsWith0WhenInterrupted);
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        _task.Blobs.Fault = name => name.Contains("/control/", StringComparison.Ordinal) ? new IOException("full") : null;
        var stop = _task.StopAsync();
        Assert.Equal(StepEnding.Stopped, (await run).Ending);
        _task.Blobs.Fault = _ => null;
        Assert.True(await stop);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_that_was_stopped_is_not_taken_for_a_success_in_the_next_life()
    {
        await _task.PrepareAsync(ExitsWith0WhenInterrupted);
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        await _task.StopAsync();
        await run;

        // The host died before it could record the outcome.
        _task.Begin();
        Assert.Equal(StepEnding.Stopped, (await _task.RunAsync()).Ending);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_stops_ends_the_step_and_its_next_life_runs_it_again()
    {
        await _task.PrepareAsync($"echo ran >> notes; [ -e again ] || {{ {ExitsWith0WhenInterrupted}; }}; echo whole");
        using var hostStops = new CancellationTokenSource();
        var run = _task.RunAsync(hostStops.Token);
        await _task.UntilLoggedAsync("ready");
        await hostStops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);

        _task.Touch("again");
        _task.Begin();
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.Equal(2, _task.Notes("notes"));
        Assert.Equal(["ready", "whole"], await _task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_that_ends_with_all_others_of_its_host_has_no_outcome_before_the_engine_stops_too()
    {
        await _task.PrepareAsync("echo ready; sleep 300");
        using var hostStops = new CancellationTokenSource();
        var run = _task.RunAsync(hostStops.Token);
        await _task.UntilLoggedAsync("ready");
        await _task.Running.DisposeAsync();
        await hostStops.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(hostStops.Token, error.CancellationToken);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_whose_task_ends_before_it_begins_writes_nothing()
    {
        await _task.PrepareAsync("echo ran >> notes");
        using var ended = new CancellationTokenSource();
        _task.Blobs.Reading = name =>
        {
            if (name.Contains("/control/", StringComparison.Ordinal)) ended.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _task.RunAsync(ended.Token));
        Assert.True(ended.IsCancellationRequested);
        Assert.Empty(await _task.LogAsync());
        Assert.Equal(0, _task.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Who_cleans_up_ends_what_runs_of_a_task_between_two_slices_too()
    {
        _task.Configuration["Agents:Slice"] = "00:00:01";
        _task.Begin();
        await _task.PrepareAsync("echo ready; sleep 300");
        Assert.Equal(StepEnding.StillRunning, (await _task.RunAsync()).Ending);
        await _task.Running.EndAsync(_task.Id, TestContext.Current.CancellationToken);
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_goes_on_over_its_slices_and_ends_once()
    {
        _task.Configuration["Agents:Slice"] = "00:00:01";
        _task.Begin();
        await _task.PrepareAsync($"echo ran >> notes; echo one; {TaskFixture.Waits("go")}; echo two");
        Assert.Equal(StepEnding.StillRunning, (await _task.RunAsync()).Ending);
        Assert.Equal(StepEnding.StillRunning, (await _task.RunAsync()).Ending);
        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.Equal(1, _task.Notes("notes"));
        Assert.Equal(["one", "two"], await _task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_emergency_kills_what_runs_and_the_attempt_says_so()
    {
        await _task.PrepareAsync("trap '' INT TERM; echo ready; while :; do sleep 0.05; done");
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("ready");
        var killed = Assert.Single(await _task.Emergency.StopAllAsync(StopReason.Emergency, TestContext.Current.CancellationToken));
        Assert.Equal(("1.1", 1), (killed.StepId, killed.Attempt));
        var outcome = await run;
        Assert.Equal((StepEnding.Stopped, StopReason.Emergency), (outcome.Ending, outcome.Stop));
    }
}
