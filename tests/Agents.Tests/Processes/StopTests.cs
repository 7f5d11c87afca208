using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class StopTests
{
    private static readonly StopCause Operator = new("ada", "wrong branch");
    private static readonly StopCause Deadline = new("deadline", "2 h");

    [Fact(Timeout = 30_000)]
    public async Task An_interrupt_is_honoured_within_the_grace()
    {
        await using var scope = new RunScope();
        // The clock stands still: were the grace needed, this would never end.
        var process = await scope.StartAsync(scope.Agent("interruptible", "9"), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging");

        process.Stop(Operator);
        var exit = await process.Completion;
        await scope.Tails;

        Assert.Equal(9, exit.ExitCode);
        Assert.Equal(Operator, exit.StoppedBy);
        Assert.False(Assert.Single(exit.Ended).Killed);
        Assert.EndsWith("interrupted\n", scope.Output.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_ignores_the_interrupt_is_killed_after_the_grace_and_not_before()
    {
        await using var scope = new RunScope();
        var time = new ManualTimeProvider();
        var process = await scope.StartAsync(scope.Agent("ignore-sigint"), time);
        await scope.Output.SaidAsync("hanging");

        process.Stop(Operator);
        await scope.Output.SaidAsync("interrupt ignored");
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(RunState.Alive, process.Folder.Read().State);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var exit = await process.Completion;

        const int kill = 9;
        Assert.Equal(kill, exit.Signal);
        Assert.True(Assert.Single(exit.Ended).Killed);
        Assert.Equal(TimeSpan.FromSeconds(5), exit.EndingTook);
        Assert.Equal(128 + kill, process.Folder.Read().ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_that_wants_to_be_terminated_is_not_interrupted()
    {
        await using var scope = new RunScope();
        const string command = "trap 'echo interrupted' INT; trap 'exit 9' TERM; echo hanging; while :; do sleep 0.02; done";
        var process = await scope.StartAsync(scope.Shell(command) with { Interrupt = PoliteSignal.Terminate }, new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging");

        process.Stop(Operator);
        var exit = await process.Completion;
        await scope.Tails;

        Assert.Equal((9, "hanging\n"), (exit.ExitCode, scope.Output.Text));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("spawn-child")]
    [InlineData("spawn-grandchild")]
    public async Task Descendants_in_sessions_of_their_own_are_gone_after_a_stop(string mode)
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent(mode), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging", times: 2);
        var pids = Pids(scope.Output.Text);

        process.Stop(Operator);
        var exit = await process.Completion;

        Assert.Empty(scope.Tagged());
        Assert.Equal(pids.Order(), exit.Ended.Select(ended => ended.Pid).Order());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_descendant_without_the_tag_whose_parent_dies_first_is_gone_after_a_stop()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Shell("setsid env -i /bin/sh -c 'echo hanging $$; exec /bin/sleep 1000' & echo hanging $$; wait"), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging", times: 2);
        var pids = Pids(scope.Output.Text);

        process.Stop(Operator);
        var exit = await process.Completion;

        Assert.Equal(pids.Order(), exit.Ended.Select(ended => ended.Pid).Order());
        Assert.DoesNotContain(pids, pid => ProcessTable.Current.Find(pid) is not null);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_forks_without_end_is_ended_too()
    {
        await using var scope = new RunScope();
        const string breeder = "trap '' INT TERM; echo hanging; while :; do (setsid sh -c 'trap \"\" INT TERM; sleep 0.05; sleep 1000' &); sleep 0.01; done";
        var process = await scope.StartAsync(scope.Shell(breeder));
        await scope.Output.SaidAsync("hanging");

        process.StopNow(Operator);
        var exit = await process.Completion;

        Assert.Empty(exit.Remaining);
        Assert.Empty(scope.Tagged());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stop_that_comes_during_the_start_is_not_lost()
    {
        await using var scope = new RunScope();
        for (var i = 0; i < 20; i++)
        {
            // Interrupts suffice, or this would wait for a clock that stands still.
            var process = await scope.StartAsync(scope.Spec("sleep", "1000"), new ManualTimeProvider());
            process.Stop(Operator);

            Assert.Equal(Operator, (await process.Completion).StoppedBy);
            Assert.Equal(RunState.Ended, process.Folder.Read().State);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_kill_that_comes_during_the_start_leaves_nothing()
    {
        await using var scope = new RunScope();
        for (var i = 0; i < 20; i++)
        {
            var process = await scope.StartAsync(scope.Spec("sleep", "1000"), new ManualTimeProvider());
            process.StopNow(Operator);

            Assert.Equal(Operator, (await process.Completion).StoppedBy);
            Assert.Empty(scope.Tagged());
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_before_the_start_starts_nothing()
    {
        await using var scope = new RunScope();
        var spec = scope.Agent("hang");

        var start = await SupervisedProcess.StartAsync(spec, TimeProvider.System, new CancellationToken(canceled: true), CancellationToken.None);

        Assert.Equal(StartRefusal.StopRequested, Assert.IsType<ProcessStart.Refused>(start).Reason);
        Assert.Equal(RunState.NotStarted, spec.Folder.Read().State);
    }

    [Fact(Timeout = 30_000)]
    public async Task Of_two_stops_the_first_is_reported()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging");

        process.Stop(Operator);
        process.Stop(Deadline);

        Assert.Equal(Operator, (await process.Completion).StoppedBy);
        process.StopNow(Deadline);
    }

    [Fact(Timeout = 30_000)]
    public async Task Now_ends_the_wait_of_a_polite_stop()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("ignore-sigint"), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging");

        process.Stop(Operator);
        await scope.Output.SaidAsync("interrupt ignored");
        process.StopNow(Deadline);
        var exit = await process.Completion;

        Assert.Equal(Operator, exit.StoppedBy);
        Assert.True(Assert.Single(exit.Ended).Killed);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_tokens_stop_as_the_methods_do()
    {
        await using var scope = new RunScope();
        using var pleaseStop = new CancellationTokenSource();
        using var now = new CancellationTokenSource();
        var process = await scope.StartAsync(scope.Agent("ignore-sigint"), new ManualTimeProvider(), pleaseStop.Token, now.Token);
        await scope.Output.SaidAsync("hanging");

        await pleaseStop.CancelAsync();
        await scope.Output.SaidAsync("interrupt ignored");
        await now.CancelAsync();

        Assert.Equal("caller", (await process.Completion).StoppedBy?.By);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_frozen_run_can_be_stopped()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("interruptible", "9"), new ManualTimeProvider());
        await scope.Output.SaidAsync("hanging");
        PosixSignals.SendToGroup(process.Record.ProcessGroup!.Value, Signal.Stop);

        process.Stop(Operator);

        Assert.Equal(9, (await process.Completion).ExitCode);
    }

    private static List<int> Pids(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line.Split(' ')[1]))];
}
