using System.Runtime.Versioning;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class StandardInputTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_prompt_longer_than_any_argument_is_read_to_its_end()
    {
        await using var scope = new RunScope();
        var prompt = new string('é', LaunchCheck.LongestArgument) + "\nend";

        var exit = await scope.RunAsync(scope.Spec("cat") with { StandardInput = prompt });

        Assert.Equal((0, prompt), (exit.ExitCode, scope.Output.Text));
    }

    [Fact(Timeout = 30_000)]
    public async Task It_is_empty_if_none_is_given()
    {
        await using var scope = new RunScope();

        await scope.RunAsync(scope.Agent("read-stdin"));

        Assert.Equal("read 0\n", scope.Output.Text);
    }

    [UnsupportedOSPlatform("windows")]
    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_run_keeps_is_closed_to_other_users(bool existed)
    {
        await using var scope = new RunScope();
        var spec = scope.Spec("cat") with { StandardInput = "secret" };
        if (existed) Directory.CreateDirectory(spec.Folder.Path);

        await scope.RunAsync(spec);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(spec.Folder.Path));
    }
}
