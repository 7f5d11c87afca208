using System.Text.Json.Nodes;
using DurableAgentTasks.Contracts.ModelApi;
using DurableAgentTasks.Contracts.RealAgents;
using DurableAgentTasks.EndToEnd.Agents;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.RealAgents;

/// <summary>The promise of the product with the real CLIs, against a model API in this process.</summary>
public abstract class RealAgentTests(RealAgent agent) : FakeAgentTests
{
    /// <summary>The first test that asks for a CLI waits for npm.</summary>
    private const int RealPatience = 300_000;

    private ModelApiServer? _api;

    private string Notes => Path.Combine(Repository.Path, "notes.txt");

    /// <summary>When it is there, the agent's tool ends.</summary>
    private string ToolEnd => $"{Notes}.go";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _api = await ModelApiServer.StartAsync(Cancellation);
        await File.WriteAllTextAsync(Notes, "alpha\n");
        await Repository.GitAsync("add", "notes.txt");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory(Timeout = RealPatience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_whose_host_is_killed_while_its_tool_runs_finishes_in_its_session(bool killed)
    {
        var home = await UseAgentAsync();
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, Request(), ToolEnd);
        var log = Assert.Single(SessionLogs(home));
        await host.KillAsync();
        if (killed) TaggedProcesses.KillAll(Data);
        await File.WriteAllTextAsync(ToolEnd, "", Cancellation);

        host = await StartHostAsync();
        var status = await CompletedAsync(host, "edit");
        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Equal("beta\n", await File.ReadAllTextAsync(Notes, Cancellation));
        Assert.Equal("AM notes.txt", (await Repository.GitAsync("status", "--porcelain", "notes.txt")).Trim());
        Assert.True(status.GetProperty("usage").GetProperty("outputTokens").GetInt64() > 0, $"{status}");

        var ended = (await TaskApi.TimelineAsync(host.Http, "edit", Cancellation)).Single(entry => entry.GetProperty("trigger").GetString() == "step_completed");
        var session = ended.GetProperty("data").GetProperty("agent").GetProperty("sessionId").GetString();
        Assert.Equal([log], SessionLogs(home));
        Assert.EndsWith($"{session}.jsonl", log, StringComparison.Ordinal);
        Assert.Equal(killed, (await File.ReadAllTextAsync(log, Cancellation)).Contains("You were interrupted", StringComparison.Ordinal));
    }

    [Fact(Timeout = RealPatience)]
    public async Task A_task_that_is_paused_whose_host_is_killed_and_started_again_is_resumed_extended_and_finishes()
    {
        var home = await UseAgentAsync();
        var host = await StartHostAsync();
        var task = Request();
        task["timeouts"] = new JsonObject { ["task"] = "PT2H" };
        await UntilToolRunsAsync(host, task, ToolEnd);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        var log = Assert.Single(SessionLogs(home));
        await host.KillAsync();

        host = await StartHostAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new { }, Cancellation);
        await TaskApi.UntilAsync(host.Http, "edit", _ => TaggedProcesses.Run(Data, ToolEnd), Cancellation);
        var before = await TaskApi.StatusAsync(host.Http, "edit", Cancellation);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/extend", new { duration = "PT30M" }, Cancellation);
        await TaskApi.UntilAsync(host.Http, "edit", status => TaskApi.Deadline(status) == TaskApi.Deadline(before) + TimeSpan.FromMinutes(30), Cancellation);
        await File.WriteAllTextAsync(ToolEnd, "", Cancellation);
        await CompletedAsync(host, "edit");
        Assert.Equal(["pause", "resume", "extend"], await TaskApi.ActionsAsync(host.Http, "edit", Cancellation));
        Assert.Equal("beta\n", await File.ReadAllTextAsync(Notes, Cancellation));
        Assert.Equal([log], SessionLogs(home));
    }

    [Fact(Timeout = RealPatience)]
    public async Task A_paused_agent_goes_on_in_its_session_on_a_machine_that_has_only_the_blobs()
    {
        var home = await UseAgentAsync();
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, Request(), ToolEnd);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        var session = Path.GetFileName(Assert.Single(SessionLogs(home)));
        await host.KillAsync();
        foreach (var folder in new[] { home, Repository.Path }.Concat(Directory.GetDirectories(Data).Where(folder => Path.GetFileName(folder) != "blobs")))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(Data)) File.Delete(file);

        home = await UseAgentAsync("another-home");
        host = await StartHostAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new { reason = "the machine is gone" }, Cancellation);
        await TaskApi.UntilAsync(
            host.Http, "edit",
            status => TaskApi.State(status) == "failed" && status.GetProperty("detail").GetString() != "history_lost" ? throw new InvalidOperationException($"{status}\n{host.Output}") : TaggedProcesses.Run(Data, ToolEnd),
            Cancellation);
        await File.WriteAllTextAsync(ToolEnd, "", Cancellation);
        await CompletedAsync(host, "edit");
        Assert.Equal("beta\n", await File.ReadAllTextAsync(Notes, Cancellation));
        var log = Assert.Single(SessionLogs(home));
        Assert.Equal(session, Path.GetFileName(log));
    }

    private JsonObject Request()
    {
        var task = TaskOf("edit", $"Change it SCN=patient FILE={Notes}");
        task["agent"] = agent.Name;
        return task;
    }

    /// <summary>Each CLI names the file of a session for it.</summary>
    private static List<string> SessionLogs(string home) =>
        [.. Directory.EnumerateFiles(home, "*.jsonl", SearchOption.AllDirectories)
            .Where(file => file.Contains("/projects/", StringComparison.Ordinal) || file.Contains("/sessions/", StringComparison.Ordinal))];

    /// <returns>Where it keeps what it remembers.</returns>
    private async Task<string> UseAgentAsync(string homeName = "agent-home")
    {
        var home = Directory.CreateDirectory(PathOf(homeName)).FullName;
        var profile = $"Agents:Profiles:{agent.Name}";
        Settings[$"{profile}:Command"] = await agent.ExecutableAsync();
        foreach (var (index, argument) in agent.Arguments.Index()) Settings[$"{profile}:Args:{index}"] = argument;
        foreach (var (name, value) in agent.EnvironmentOf(home, _api!)) Settings[$"{profile}:Environment:{name}"] = value!;
        return home;
    }
}

public sealed class ClaudeTests() : RealAgentTests(RealAgent.Claude);

public sealed class CodexTests() : RealAgentTests(RealAgent.Codex);
