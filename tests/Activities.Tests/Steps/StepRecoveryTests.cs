using System.Text.Json.Nodes;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

/// <summary>What a step activity makes of what an earlier life of the host has left.</summary>
public sealed class StepRecoveryTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData(0, StepEnding.Succeeded)]
    [InlineData(3, StepEnding.Failed)]
    public async Task A_run_that_ended_unseen_is_not_repeated_and_its_end_and_output_are_taken_over(int code, StepEnding ending)
    {
        var command = $"echo ran >> notes; echo one; printf two >&2; exit {code}";
        await _task.PrepareAsync(command);
        await (await _task.RunUnwatchedAsync(command)).Completion;
        await _task.EndLeftoversAsync();
        var outcome = await _task.RunAsync();
        Assert.Equal((ending, (int?)code), (outcome.Ending, outcome.ExitCode));
        Assert.Equal(1, _task.Notes("notes"));
        Assert.Equal(["one", "two"], (await _task.PrintedAsync()).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_log_goes_on_where_the_earlier_life_left_off()
    {
        var command = $"echo one; printf tw; {TaskFixture.Waits("go")}; echo o; echo three";
        await _task.PrepareAsync(command);
        var process = await _task.RunUnwatchedAsync(command);
        using (var crash = new CancellationTokenSource())
        {
            var follow = _task.FollowAsync(process.Completion, crash.Token);
            await _task.UntilLoggedAsync("one");
            await crash.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follow);
        }

        _task.Touch("go");
        await process.Completion;
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.Equal(["one", "two", "three"], await _task.PrintedAsync());
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("")]
    [InlineData("trap 'exit 0' INT TERM; ")]
    public async Task An_interrupted_run_runs_again_and_no_line_is_lost_or_doubled(string trap)
    {
        var command = $"{trap}echo $$ >> notes; echo \"first $$\"; touch began; {TaskFixture.Waits("go")}; echo \"last $$\"";
        await _task.PrepareAsync(command);
        var process = await _task.RunUnwatchedAsync(command);
        await _task.UntilFileAsync("began");
        Assert.NotEmpty((await _task.EndLeftoversAsync()).Ended);
        await process.Completion;

        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        var pids = await File.ReadAllLinesAsync(Path.Combine(_task.Workspace, "notes"), TestContext.Current.CancellationToken);
        Assert.Equal(2, pids.Length);
        Assert.Equal([$"first {pids[0]}", $"first {pids[1]}", $"last {pids[1]}"], await _task.PrintedAsync());
        Assert.Single(await _task.LogAsync(), line => line.Stream == LogStream.System);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_attempt_that_went_down_with_its_host_has_failed_and_the_next_one_runs()
    {
        var command = $"echo $$ >> notes; echo \"first $$\"; touch began; {TaskFixture.Waits("go")}; echo \"last $$\"";
        await _task.PrepareAsync(command);
        var call = _task.Attempt();
        await _task.BeganAsync(call);
        await _task.RunUnwatchedAsync(command);
        await _task.UntilFileAsync("began");
        Assert.NotEmpty((await _task.EndLeftoversAsync()).Ended);

        var crashed = await _task.Runner.RunAsync(call, default);
        Assert.Equal((StepEnding.Failed, FailureClass.Crash, true, false), (crashed.Ending, crashed.Failure!.Class, crashed.Resumed, crashed.Moved));
        Assert.Equal(1, _task.Notes("notes"));
        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _task.Runner.RunAsync(_task.Attempt(2), default)).Ending);
        Assert.Equal(["first", "first", "last"], (await _task.PrintedAsync()).Select(line => line.Split(' ')[0]));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_crash_before_anything_ran_is_no_failure()
    {
        await _task.PrepareAsync("echo ran >> notes");
        var call = _task.Attempt();
        await _task.BeganAsync(call);
        Assert.Equal(StepEnding.Succeeded, (await _task.Runner.RunAsync(call, default)).Ending);
        Assert.Equal(1, _task.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_an_earlier_version_ended_without_telling_goes_on()
    {
        var command = $"echo $$ >> notes; touch began; {TaskFixture.Waits("go")}";
        await _task.PrepareAsync(command);
        var call = _task.Attempt();
        await _task.BeganUnderEarlierVersionAsync(call);
        await _task.RunUnwatchedAsync(command);
        await _task.UntilFileAsync("began");
        Assert.NotEmpty((await _task.EndLeftoversAsync()).Ended);
        _task.Touch("go");
        var outcome = await _task.Runner.RunAsync(call, default);
        Assert.Equal((StepEnding.Succeeded, true), (outcome.Ending, outcome.Resumed));
        Assert.Equal(2, _task.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_attempt_that_its_host_has_ended_in_order_goes_on_in_the_next_life()
    {
        await _task.PrepareAsync($"echo $$ >> notes; touch began; {TaskFixture.Waits("go")}");
        var call = _task.Attempt();
        using (var hostStops = new CancellationTokenSource())
        {
            var run = _task.Runner.RunAsync(call, hostStops.Token);
            await _task.UntilFileAsync("began");
            await hostStops.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        _task.Begin();
        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await _task.Runner.RunAsync(call, default)).Ending);
        Assert.Equal(2, _task.Notes("notes"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_run_that_outlived_its_host_is_adopted_and_neither_repeated_nor_is_a_line_of_it_lost()
    {
        var command = $"echo ran >> notes; echo one; {TaskFixture.Waits("go")}; echo two; exit 4";
        await _task.PrepareAsync(command);
        await _task.RunUnwatchedAsync(command);
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("one");
        _task.Touch("go");
        var outcome = await run;
        Assert.Equal((StepEnding.Failed, (int?)4), (outcome.Ending, outcome.ExitCode));
        Assert.Equal((true, false), (outcome.Resumed, outcome.Moved));
        Assert.Equal(1, _task.Notes("notes"));
        Assert.Equal(["one", "two"], await _task.PrintedAsync());
        Assert.Contains("goes on", Assert.Single(await _task.LogAsync(), line => line.Stream == LogStream.System).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_an_adopted_run_has_computed_before_is_counted_once()
    {
        await _task.PrepareAsync("echo never");
        var process = await _task.RunUnwatchedAsync($"i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; touch began; {TaskFixture.Waits("go")}");
        await _task.UntilFileAsync("began");
        var (now, pid) = (DateTimeOffset.UnixEpoch, process.Record.Pid);
        await _task.Store.WriteHeartbeatAsync(
            _task.Id,
            new TaskHeartbeat
            {
                At = now, Since = now, LastActivityAt = now, Alive = true, Host = "here", StepId = "1.1", Attempt = 1, Pid = pid,
                CpuTimeBefore = TimeSpan.FromSeconds(40), CpuTime = TimeSpan.FromSeconds(100),
            },
            Cancellation);
        var run = _task.RunAsync();
        await TaskFixture.UntilAsync(async () => (await _task.Store.ReadHeartbeatAsync(_task.Id, Cancellation))!.At > now);
        _task.Touch("go");
        await run;
        var heartbeat = (await _task.Store.ReadHeartbeatAsync(_task.Id, Cancellation))!;
        Assert.Equal((process.Record.Pid, false), (heartbeat.Pid, heartbeat.Alive));
        Assert.InRange(heartbeat.CpuTime, TimeSpan.FromSeconds(40.01), TimeSpan.FromSeconds(90));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_run_whose_record_its_host_could_not_complete_is_ended_before_the_step_runs_again()
    {
        const string command = "echo $$ >> notes; touch began; [ -e again ] || exec sleep 300";
        await _task.PrepareAsync(command);
        var process = await _task.RunUnwatchedAsync(command);
        await _task.UntilFileAsync("began");
        var record = Path.Combine(process.Folder.Path, "run.json");
        var content = JsonNode.Parse(await File.ReadAllTextAsync(record, Cancellation))!.AsObject();
        Assert.True(content.Remove("pid") && content.Remove("startTime"));
        await File.WriteAllTextAsync(record, content.ToJsonString(), Cancellation);

        _task.Touch("again");
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.Equal(2, _task.Notes("notes"));
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
        await process.Completion;
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_stop_that_nobody_heard_is_heeded_by_the_run_that_outlived_its_host()
    {
        await _task.PrepareAsync("echo never");
        var process = await _task.RunUnwatchedAsync("echo one; sleep 300");
        await _task.StopAsync();
        Assert.Equal(StepEnding.Stopped, (await _task.RunAsync()).Ending);
        await process.Completion;
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Only_the_run_that_will_be_asked_for_is_left_alive_at_a_start()
    {
        await _task.PrepareAsync("sleep 300");
        var process = await _task.RunUnwatchedAsync("sleep 300");
        await _task.RecordAsync(timeline => timeline.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch));
        Assert.Empty((await _task.TakeOverAsync()).Ended);
        await _task.RecordAsync(timeline => timeline.StepStarted("1.1", 2, DateTimeOffset.UnixEpoch));
        Assert.NotEmpty((await _task.TakeOverAsync()).Ended);
        await process.Completion;
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_attempt_that_ended_is_asked_again_as_often_as_one_likes()
    {
        await _task.PrepareAsync("echo ran >> notes; echo one; exit 5");
        for (var life = 0; life < 3; life++)
        {
            var outcome = await _task.RunAsync();
            Assert.Equal((StepEnding.Failed, (int?)5, "It exited with 5."), (outcome.Ending, outcome.ExitCode, outcome.Message));
            Assert.Equal(FailureClass.Command, outcome.Failure!.Class);
            _task.Begin();
        }

        Assert.Equal(1, _task.Notes("notes"));
        Assert.Equal(["one"], await _task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Another_attempt_runs_again()
    {
        await _task.PrepareAsync("echo ran >> notes; exit 5");
        await _task.RunAsync();
        await _task.Runner.RunAsync(_task.Attempt(2), default);
        Assert.Equal(2, _task.Notes("notes"));
    }
}
