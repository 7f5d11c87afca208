using System.Globalization;
using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class OutputTests
{
    [Fact(Timeout = 60_000)]
    public async Task Ten_megabytes_on_both_streams_arrive_whole_and_in_order()
    {
        await using var scope = new RunScope();
        const int lines = 10 * 1024 * 1024 / 14;

        var exit = await scope.RunAsync(scope.Agent("both", lines.ToString(CultureInfo.InvariantCulture)));

        var expected = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(1, lines).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i:D8}\n"))));
        Assert.Equal(0, exit.ExitCode);
        Assert.True(expected.AsSpan().SequenceEqual(scope.Output.Bytes));
        Assert.True(expected.AsSpan().SequenceEqual(scope.Error.Bytes));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_that_never_ends_is_delivered_before_the_command_ends()
    {
        await using var scope = new RunScope();
        const int length = 5_000_000;

        await scope.RunAsync(scope.Agent("spam", length.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal(length, scope.Output.Bytes.Length);
        Assert.DoesNotContain((byte)'\n', scope.Output.Bytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task Half_a_line_at_the_end_is_kept()
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Agent("half-line"));

        Assert.Equal("whole\nhalf", scope.Output.Text);
        Assert.Equal((1, 1), (scope.Output.Ends, scope.Error.Ends));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_streams_are_kept_apart()
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Agent("stderr", "2"));

        Assert.Equal("", scope.Output.Text);
        Assert.Equal("line 00000001\nline 00000002\n", scope.Error.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task Output_arrives_while_the_command_runs()
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Agent("hang"));

        await scope.Output.SaidAsync("hanging");

        Assert.False(process.Completion.IsCompleted);
        process.StopNow(new StopCause("test", "seen"));
        await process.Completion;
    }

    [Fact(Timeout = 30_000)]
    public async Task What_a_command_writes_after_opening_its_error_device_is_not_behind_a_hole()
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Shell("echo a longer line >&2; echo two >/dev/stderr; echo three >&2"));

        Assert.EndsWith("two\nthree\n", scope.Error.Text);
        Assert.DoesNotContain('\0', scope.Error.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sink_that_takes_nothing_does_not_hold_up_the_command()
    {
        await using var scope = new RunScope();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = await SupervisedProcess.StartAsync(scope.Agent("spam", "3000000"), TimeProvider.System, CancellationToken.None, CancellationToken.None);
        var process = Assert.IsType<ProcessStart.Started>(start).Process;
        var tail = new OutputTail(
            OutputStream.StandardOutput,
            process.Folder.StandardOutput,
            0,
            async (stream, chunk, offsetAfter, end, cancellationToken) =>
            {
                await release.Task;
                await scope.Output.ReceiveAsync(stream, chunk, offsetAfter, end, cancellationToken);
            },
            TimeProvider.System).RunAsync(process.Completion, CancellationToken.None);

        Assert.Equal(0, (await process.Completion).ExitCode);
        Assert.Empty(scope.Output.Bytes);
        release.SetResult();
        await tail;

        Assert.Equal(3_000_000, scope.Output.Bytes.Length);
    }
}
