using System.Globalization;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class ExitTests
{
    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(127)]
    public async Task The_exit_code_is_the_commands(int code)
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("exit", code.ToString(CultureInfo.InvariantCulture)));

        var exit = await process.Completion;

        Assert.Equal(code, exit.ExitCode);
        Assert.Null(exit.Signal);
        Assert.Null(exit.StoppedBy);
        Assert.Empty(exit.Ended);
        Assert.Equal(new RunStatus(RunState.Ended, code, process.Record), process.Folder.Read());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_crash_shows_the_signal_and_the_last_words()
    {
        await using var scope = new RunScope();

        var exit = await scope.RunAsync(scope.Agent("crash"));

        const int abort = 6;
        Assert.Equal(abort, exit.Signal);
        Assert.Equal(128 + abort, exit.ExitCode);
        Assert.Contains("crashed on purpose", scope.Error.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task Signals_to_the_wrapper_do_not_keep_it_from_recording_the_end()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Shell("for s in HUP INT QUIT TERM USR1 USR2; do kill -$s $PPID; done; exit 5"));

        Assert.Equal(5, (await process.Completion).ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wrapper_that_was_killed_leaves_no_exit_code_and_no_process()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"));
        await scope.Output.SaidAsync("hanging");

        PosixSignals.Send(process.Record.Pid!.Value, Signal.Kill);
        var exit = await process.Completion;

        Assert.Null(exit.ExitCode);
        Assert.Single(exit.Ended);
        Assert.Equal(RunState.Vanished, process.Folder.Read().State);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_a_command_leaves_running_is_ended_with_it_and_reported()
    {
        await using var scope = new RunScope();

        var exit = await scope.RunAsync(scope.Shell("sleep 1000 & (setsid sleep 1001 &) ; exit 4"));

        Assert.Equal(4, exit.ExitCode);
        Assert.Null(exit.StoppedBy);
        Assert.Equal(2, exit.Ended.Count);
        Assert.DoesNotContain(exit.Ended, process => process.Killed);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_leftover_without_the_tag_is_found_in_the_session()
    {
        await using var scope = new RunScope();

        var exit = await scope.RunAsync(scope.Shell("(env -i /bin/sh -c 'echo >up; exec /bin/sleep 1000' &); until [ -e up ]; do sleep 0.01; done"));

        Assert.Null(Assert.Single(exit.Ended).Tag);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_leftover_is_found_however_soon_the_command_ends()
    {
        await using var scope = new RunScope();
        for (var i = 0; i < 30; i++)
        {
            var exit = await (await scope.StartAsync(scope.Shell("(env -i /bin/sleep 1000 &)"))).Completion;
            Assert.Single(exit.Ended);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task An_agent_that_ends_before_its_child_ends_the_run()
    {
        await using var scope = new RunScope();

        var exit = await scope.RunAsync(scope.Agent("leave-behind"));

        Assert.Equal(0, exit.ExitCode);
        Assert.Single(exit.Ended);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_is_ours_with_additions_and_removals_and_the_tag()
    {
        await using var scope = new RunScope();
        var spec = scope.Shell("echo \"$DAT_TEST:${HOME-gone}\"; env -u NONE sh -c 'echo $DAT_RUN'") with
        {
            Environment = new Dictionary<string, string?> { ["DAT_TEST"] = "a \"b\"\nc", ["HOME"] = null },
        };

        await scope.RunAsync(spec);

        Assert.Equal($"a \"b\"\nc:gone\n{spec.Tag}\n", scope.Output.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_writes_into_a_closed_pipe_ends_quietly()
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Shell("yes | head -n 1"));

        Assert.Equal(("y\n", ""), (scope.Output.Text, scope.Error.Text));
    }
}
