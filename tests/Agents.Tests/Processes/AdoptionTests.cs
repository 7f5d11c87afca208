using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class AdoptionTests
{
    private static readonly StopCause Operator = new("ada", "wrong branch");

    [Fact(Timeout = 60_000)]
    public async Task The_end_and_all_output_of_an_adopted_run_are_seen()
    {
        await using var scope = new RunScope();
        var go = Path.Combine(scope.DataFolder, "go");
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "slow-start", go);
        await AbandonedRun.WaitForOutputAsync(folder, "waiting", 1);

        var process = Adopt(folder);
        var tail = RunScope.Follow(folder, OutputStream.StandardOutput, scope.Output, process!.Completion);
        Assert.False(process.Completion.IsCompleted);
        File.WriteAllText(go, "");
        var exit = await process.Completion;
        await tail;

        Assert.Equal(7, exit.ExitCode);
        Assert.Null(exit.StoppedBy);
        Assert.Empty(exit.Ended);
        Assert.EndsWith("line 00001000\n", scope.Output.Text);
        Assert.Empty(scope.Tagged());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("hang", 1)]
    [InlineData("spawn-child", 2)]
    [InlineData("spawn-grandchild", 2)]
    public async Task A_stop_of_an_adopted_run_leaves_no_process(string mode, int processes)
    {
        await using var scope = new RunScope();
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, mode);
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", processes);

        var process = Adopt(folder)!;
        process.Stop(Operator);
        var exit = await process.Completion;

        const int interrupted = 130;
        Assert.Equal((interrupted, Operator), (exit.ExitCode, exit.StoppedBy));
        Assert.Equal(processes, exit.Ended.Count);
        Assert.Empty(scope.Tagged());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_an_adopted_run_leaves_behind_is_ended_with_it()
    {
        await using var scope = new RunScope();
        var go = Path.Combine(scope.DataFolder, "go");
        var folder = await AbandonedRun.StartAsync(
            scope, "/bin/sh", "-c", $"sleep 1000 & (setsid sleep 1001 &); echo hanging; until [ -e '{go}' ]; do sleep 0.01; done; exit 4");
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", 1);

        var process = Adopt(folder)!;
        File.WriteAllText(go, "");
        var exit = await process.Completion;

        Assert.Equal(4, exit.ExitCode);
        Assert.Equal(2, exit.Ended.Count);
        Assert.Empty(scope.Tagged());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_polite_signal_and_the_grace_are_those_the_run_was_started_with()
    {
        await using var scope = new RunScope();
        const string command = "trap 'echo interrupted' INT; trap 'echo asked' TERM; echo hanging; while :; do sleep 0.02; done";
        var spec = scope.Shell(command) with { Interrupt = PoliteSignal.Terminate, Grace = TimeSpan.FromSeconds(3) };
        var started = await scope.StartAsync(spec);
        await scope.Output.SaidAsync("hanging");
        var time = new ManualTimeProvider();

        var process = SupervisedProcess.Adopt(spec.Folder, time, CancellationToken.None, CancellationToken.None)!;
        process.Stop(Operator);
        await scope.Output.SaidAsync("asked");
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(RunState.Alive, spec.Folder.Read().State);
        time.Advance(TimeSpan.FromSeconds(0.1));
        var exit = await process.Completion;

        Assert.Equal(TimeSpan.FromSeconds(3), exit.EndingTook);
        Assert.Equal(exit.ExitCode, (await started.Completion).ExitCode);
        Assert.DoesNotContain("interrupted", scope.Output.Text);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_tokens_stop_an_adopted_run()
    {
        await using var scope = new RunScope();
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "ignore-sigint");
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", 1);
        using var pleaseStop = new CancellationTokenSource();
        using var now = new CancellationTokenSource();
        var process = SupervisedProcess.Adopt(folder, new ManualTimeProvider(), pleaseStop.Token, now.Token)!;

        await pleaseStop.CancelAsync();
        await AbandonedRun.WaitForOutputAsync(folder, "interrupt ignored", 1);
        await now.CancelAsync();

        Assert.True(Assert.Single((await process.Completion).Ended).Killed);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrapper_that_is_killed_after_the_adoption_leaves_no_exit_code_and_no_process()
    {
        await using var scope = new RunScope();
        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "spawn-child");
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", 2);
        var process = Adopt(folder)!;

        ProcessTable.Current.Send(process.Record.Wrapper!.Value, Signal.Kill);
        var exit = await process.Completion;

        Assert.Null(exit.ExitCode);
        Assert.Equal(2, exit.Ended.Count);
        Assert.Empty(scope.Tagged());
    }

    [Fact(Timeout = 60_000)]
    public async Task There_is_nothing_to_adopt_before_a_start_after_the_end_or_without_the_wrapper()
    {
        await using var scope = new RunScope();
        Assert.Null(Adopt(scope.Agent("exit", "0").Folder));

        var ended = scope.Agent("exit", "0");
        await scope.RunAsync(ended);
        Assert.Null(Adopt(ended.Folder));

        var folder = await AbandonedRun.StartAsync(scope, FakeAgentProgram.Path, "hang");
        await AbandonedRun.WaitForOutputAsync(folder, "hanging", 1);
        ProcessTable.Current.Send(folder.Read().Record!.Wrapper!.Value, Signal.Kill);
        await Poll.UntilAsync(() => folder.Read().State == RunState.Vanished, TimeSpan.FromMilliseconds(5), CancellationToken.None);
        Assert.Null(Adopt(folder));
        Assert.Single((await Leftovers.EndAsync(folder, TimeProvider.System, CancellationToken.None)).Ended);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_foreign_process_in_the_record_is_not_adopted()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"));
        await scope.Output.SaidAsync("hanging");
        var folder = scope.Agent("hang").Folder;
        folder.Create();
        folder.Write(process.Record with { Tag = AbandonedRun.TagOf(scope) });

        Assert.Equal(RunState.Alive, folder.Read().State);
        Assert.Null(Adopt(folder));

        process.StopNow(Operator);
        await process.Completion;
    }

    private static SupervisedProcess? Adopt(RunFolder folder) =>
        SupervisedProcess.Adopt(folder, TimeProvider.System, CancellationToken.None, CancellationToken.None);
}
