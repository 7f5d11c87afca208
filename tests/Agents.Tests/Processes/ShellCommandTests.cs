using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class ShellCommandTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("echo 'single' \"double\" $((1+1))", "single double 2\n")]
    [InlineData("echo one\necho two", "one\ntwo\n")]
    [InlineData("echo '$(touch gone)'; exit 0 #'", "$(touch gone)\n")]
    [InlineData("printf '%s' \"grüße 🎉\"", "grüße 🎉")]
    [InlineData("", "")]
    public async Task The_shell_reads_the_text_as_it_stands(string command, string output)
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Shell(command));

        Assert.Equal(output, scope.Output.Text);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(100_000)]
    [InlineData(131_071)]
    [InlineData(131_072)]
    [InlineData(1_000_000)]
    public async Task A_command_of_any_length_runs(int length)
    {
        await using var scope = new RunScope();
        const string end = "; echo done; exit 6";
        var command = ": " + new string('x', length - 2 - end.Length) + end;

        var exit = await scope.RunAsync(scope.Shell(command));

        Assert.Equal(("done\n", 6), (scope.Output.Text, exit.ExitCode));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_the_shell_does_not_know_is_the_shells_business()
    {
        await using var scope = new RunScope();

        var exit = await scope.RunAsync(scope.Shell("no-such-command-anywhere"));

        Assert.Equal(127, exit.ExitCode);
        Assert.Contains("not found", scope.Error.Text);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("exit")]
    [InlineData("test")]
    [InlineData("-n")]
    public async Task An_argument_is_never_read_as_shell_text(string argument)
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Spec("printf", "%s|%s", argument, "$(id) `id` \"'\n*"));

        Assert.Equal(argument + "|$(id) `id` \"'\n*", scope.Output.Text);
    }

    [Fact]
    public void A_long_command_is_summarised()
    {
        var spec = ShellCommand.ToSpec(new string('x', 1000), "/", new RunFolder("/run"), default);

        Assert.Equal(121, spec.Summary!.Length);
    }
}
