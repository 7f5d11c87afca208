using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class StartRefusalTests
{
    [Fact(Timeout = 30_000)]
    public Task A_working_directory_that_is_missing() =>
        IsRefused(StartRefusal.WorkingDirectoryMissing, scope => scope.Agent("exit", "0") with { WorkingDirectory = Path.Combine(scope.DataFolder, "gone") });

    [Fact(Timeout = 30_000)]
    public Task A_working_directory_that_is_a_file() =>
        IsRefused(StartRefusal.WorkingDirectoryMissing, scope => scope.Agent("exit", "0") with { WorkingDirectory = FakeAgentProgram.Path });

    [Theory(Timeout = 30_000)]
    [InlineData("no-such-command-anywhere")]
    [InlineData("./no-such-command")]
    [InlineData("")]
    public Task A_command_that_is_not_found(string fileName) => IsRefused(StartRefusal.ExecutableNotFound, scope => scope.Spec(fileName));

    [Theory(Timeout = 30_000)]
    [InlineData("/etc/passwd")]
    [InlineData("/")]
    public Task A_file_that_may_not_be_executed(string fileName) => IsRefused(StartRefusal.NotExecutable, scope => scope.Spec(fileName));

    [Fact(Timeout = 30_000)]
    public Task A_NUL_in_the_command() => IsRefused(StartRefusal.InvalidText, scope => scope.Shell("echo a\0b"));

    [Theory(Timeout = 30_000)]
    [InlineData("A=B", "c")]
    [InlineData("", "c")]
    [InlineData("A", "b\0c")]
    public Task A_malformed_environment_variable(string name, string value) =>
        IsRefused(StartRefusal.InvalidText, scope => scope.Shell("true") with { Environment = new Dictionary<string, string?> { [name] = value } });

    [Fact(Timeout = 30_000)]
    public Task An_argument_the_system_cannot_hand_over() => IsRefused(StartRefusal.TooLong, scope => scope.Spec("echo", new string('x', 128 * 1024)));

    [Fact(Timeout = 30_000)]
    public Task More_arguments_than_the_system_takes() =>
        IsRefused(StartRefusal.TooLong, scope => scope.Spec("echo", [.. Enumerable.Repeat(new string('x', 100_000), 100)]));

    [Fact(Timeout = 30_000)]
    public async Task A_folder_in_which_a_run_was_started_before()
    {
        await using var scope = new RunScope();
        var spec = scope.Agent("exit", "0");
        await scope.RunAsync(spec);

        var second = await SupervisedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None, CancellationToken.None);

        Assert.Equal(StartRefusal.FolderTaken, Assert.IsType<ProcessStart.Refused>(second).Reason);
    }

    private static async Task IsRefused(StartRefusal reason, Func<RunScope, ProcessSpec> spec)
    {
        await using var scope = new RunScope();

        var start = await SupervisedProcess.StartAsync(spec(scope), TimeProvider.System, CancellationToken.None, CancellationToken.None);

        Assert.Equal(reason, Assert.IsType<ProcessStart.Refused>(start).Reason);
    }
}
