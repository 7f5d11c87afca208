using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Discovery;

public sealed class VersionCheckTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("echo '2.1.197 (Claude Code)'", "2.1.197")]
    [InlineData("echo codex-cli 0.169.0; echo 'WARNING: 1 thing' >&2", "0.169.0")]
    [InlineData("printf 'GitHub Copilot CLI 1.0.102.\\nRun copilot update\\n'", "1.0.102")]
    [InlineData("echo v0.62.0-nightly.20261121 >&2", "0.62.0-nightly.20261121")]
    [InlineData("cat; echo 1.0", "1.0")]
    public async Task The_version_is_found_in_whatever_it_prints(string script, string version)
    {
        using var machine = new DiscoveryScope();
        machine.Program("path/claude", script);

        Assert.Equal(version, Assert.IsType<AgentBinary.Found>(await machine.FindAsync(AgentProfiles.Claude)).Version);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("echo 'needs Node 20.1' >&2; exit 3", "exited with 3: needs Node 20.1")]
    [InlineData("echo soon", "told no version: soon")]
    [InlineData("exec /nowhere/node", "exited with")]
    public async Task What_tells_no_version_is_found_with_its_problem(string script, string problem)
    {
        using var machine = new DiscoveryScope();
        machine.Program("path/claude", script);

        var found = Assert.IsType<AgentBinary.Found>(await machine.FindAsync(AgentProfiles.Claude));

        Assert.Null(found.Version);
        Assert.Contains(problem, found.Problem);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_version_is_asked_once_until_the_program_changes()
    {
        using var machine = new DiscoveryScope();
        var log = machine.PathOf("log");
        var path = machine.Program("path/claude", $"echo asked >>{log}; echo 1.0.0");
        await machine.FindAsync(AgentProfiles.Claude);
        await machine.FindAsync(AgentProfiles.Claude);
        Assert.Single(File.ReadAllLines(log));

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        await machine.FindAsync(AgentProfiles.Claude);

        Assert.Equal(2, File.ReadAllLines(log).Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_that_does_not_answer_in_time_is_ended_and_asked_again_the_next_time()
    {
        var time = new ManualTimeProvider();
        using var machine = new DiscoveryScope(time);
        machine.Program("path/claude", $"[ -e {machine.PathOf("log")} ] && echo 1.0.0 && exit; echo began >{machine.PathOf("log")}; exec sleep 300");
        using var watcher = new FileSystemWatcher(machine.PathOf(""), "log") { EnableRaisingEvents = true };
        var began = new TaskCompletionSource();
        watcher.Created += (_, _) => began.TrySetResult();

        var finding = machine.FindAsync(AgentProfiles.Claude);
        await began.Task;
        time.Advance(VersionCheck.Limit);
        var first = Assert.IsType<AgentBinary.Found>(await finding);
        var second = Assert.IsType<AgentBinary.Found>(await machine.FindAsync(AgentProfiles.Claude));

        Assert.Contains("did not end within 10 s", first.Problem);
        Assert.Equal("1.0.0", second.Version);
    }
}
