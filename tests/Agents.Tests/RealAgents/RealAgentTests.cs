using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Agents.Tests.Processes;
using DurableAgentTasks.Contracts.ModelApi;
using DurableAgentTasks.Contracts.RealAgents;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Tests.RealAgents;

/// <summary>The real CLIs, run as the product runs them, against a model API in this process.</summary>
public abstract class RealAgentTests(RealAgent agent) : IAsyncLifetime
{
    /// <summary>The first test that asks for a CLI waits for npm.</summary>
    private const int Patience = 300_000;

    private static readonly AgentRequest Fresh = new() { Prompt = "" };

    private readonly RunScope _scope = new();
    private readonly AgentProfile _profile = AgentProfiles.ByName[agent.Name];
    private ModelApiServer _api = null!;

    private string Repository => Path.Combine(_scope.DataFolder, "repository");

    private string Notes => Path.Combine(Repository, "notes.txt");

    /// <summary>What comes of an interrupt while a tool runs.</summary>
    protected abstract FailureClass Interrupted { get; }

    public async ValueTask InitializeAsync()
    {
        _api = await ModelApiServer.StartAsync(TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(_scope.DataFolder, "home"));
        Directory.CreateDirectory(Repository);
        await File.WriteAllTextAsync(Notes, "alpha\n");
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _api.DisposeAsync();
        await _scope.DisposeAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_fresh_run_edits_a_file_in_a_repository()
    {
        var executable = await agent.ExecutableAsync();
        await GitAsync("init", "-q");
        await GitAsync("add", "notes.txt");
        var run = await StartAsync(executable, Fresh with { Prompt = $"do it SCN=edit FILE={Notes}", SessionId = NewSession() });

        Assert.Equal(new AgentVerdict.Succeeded(), await run.JudgeAsync());
        Assert.Equal("beta\n", await File.ReadAllTextAsync(Notes));
        Assert.Equal("AM notes.txt", (await GitAsync("status", "--porcelain")).Trim());
        Assert.Contains(run.Events, read => read.Kind == AgentEventKind.ToolResult);
    }

    [Fact(Timeout = Patience)]
    public async Task A_killed_run_goes_on_in_the_same_session()
    {
        var executable = await agent.ExecutableAsync();
        var killed = await StartAsync(executable, Fresh with { Prompt = "wait SCN=sleep:300", SessionId = NewSession() });
        await UntilToolRunsAsync(killed);
        killed.Process.StopNow(new StopCause("test", "the machine died"));
        Assert.Equal(FailureClass.Crash, Assert.IsType<AgentVerdict.Failed>(await killed.JudgeAsync()).Class);
        Assert.Equal(9, (await killed.Process.Completion).Signal);
        Assert.Empty(_scope.Tagged());

        var resumed = await StartAsync(executable, Fresh with { Prompt = $"go on SCN=edit FILE={Notes}", SessionId = killed.SessionId, Resume = true });
        Assert.Equal(new AgentVerdict.Succeeded(), await resumed.JudgeAsync());
        Assert.Equal(killed.SessionId, resumed.SessionId);
        Assert.Equal("beta\n", await File.ReadAllTextAsync(Notes));
    }

    [Fact(Timeout = Patience)]
    public async Task An_interrupt_during_a_tool_leaves_nothing_behind()
    {
        var run = await StartAsync(await agent.ExecutableAsync(), Fresh with { Prompt = "wait SCN=sleep:300", SessionId = NewSession() });
        await UntilToolRunsAsync(run);
        run.Process.Stop(new StopCause("test", "enough"));

        Assert.Equal(Interrupted, Assert.IsType<AgentVerdict.Failed>(await run.JudgeAsync()).Class);
        var exit = await run.Process.Completion;
        Assert.Equal("enough", exit.StoppedBy?.Why);
        Assert.Empty(exit.Remaining);
        Assert.Empty(_scope.Tagged());
    }

    [Fact(Timeout = Patience)]
    public async Task An_overload_that_passes_is_no_failure()
    {
        var run = await StartAsync(await agent.ExecutableAsync(), Fresh with { Prompt = "say hello SCN=flaky:529:2", SessionId = NewSession() });

        Assert.Equal(new AgentVerdict.Succeeded(), await run.JudgeAsync());
        Assert.Contains(run.Events, read => read is { Kind: AgentEventKind.Message, Text: "Recovered." });
    }

    /// <summary>
    /// Not only until it is called: interrupted in between, Claude exits 0 without a word, and killed before it has stored its session there
    /// is nothing to resume.
    /// </summary>
    private async Task UntilToolRunsAsync(LiveRun run)
    {
        await run.ToolCalled;
        while (!_scope.Tagged().Any(process => process.EndsWith(" sleep", StringComparison.Ordinal))) await Task.Yield();
        while (!Directory.EnumerateFiles(Path.Combine(_scope.DataFolder, "home"), $"*{run.SessionId}*.jsonl", SearchOption.AllDirectories).Any()) await Task.Yield();
    }

    private string? NewSession() => _profile.PresetsSession ? Guid.NewGuid().ToString() : null;

    private async Task<LiveRun> StartAsync(string executable, AgentRequest request)
    {
        request = request with { Arguments = agent.Arguments };
        var environment = new Dictionary<string, string?>(agent.EnvironmentOf(Path.Combine(_scope.DataFolder, "home"), _api));
        foreach (var (name, value) in _profile.Environment) environment[name] = value;
        var spec = _scope.Spec(executable, [.. AgentCommandLine.Of(_profile, request).Arguments]) with { WorkingDirectory = Repository, Environment = environment };
        var started = await SupervisedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None, TestContext.Current.CancellationToken);
        return new LiveRun(Assert.IsType<ProcessStart.Started>(started).Process, _profile, request);
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}

public sealed class ClaudeTests() : RealAgentTests(RealAgent.Claude)
{
    protected override FailureClass Interrupted => FailureClass.Crash;
}

/// <summary>Codex says nothing when it is interrupted.</summary>
public sealed class CodexTests() : RealAgentTests(RealAgent.Codex)
{
    protected override FailureClass Interrupted => FailureClass.Crash;
}
