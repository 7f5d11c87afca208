using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>
/// The real host with FakeAgent in the place of Claude Code, and a git repository. However a test ends its tasks, no process of them may
/// be left at its end.
/// </summary>
public abstract class FakeAgentTests : IAsyncLifetime
{
    protected const int Patience = 240_000;

    private static readonly string FakeAgent =
        typeof(FakeAgentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "FakeAgent").Value!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");
    private readonly List<LocalHostProcess> _hosts = [];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The host's configuration.</summary>
    protected Dictionary<string, string> Settings { get; } = [];

    protected string Data => PathOf("data");

    /// <summary>An agent whose prompt says <c>WAIT</c> with it goes on once it is there.</summary>
    protected string Go => PathOf("go");

    private protected GitRepository Repository { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it counts processes in /proc");
        Repository = await GitRepository.CreateAsync(PathOf("shop"));
        AddAgent("claude", """exec "$FAKE_AGENT" claude "$@" """);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var left = TaggedProcesses.Of(Data);
        foreach (var host in _hosts) await host.DisposeAsync();
        TaggedProcesses.KillAll(Data);
        _folder.Delete(recursive: true);
        Assert.Empty(left);
    }

    protected string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Makes a program of this name, and configures it.</summary>
    protected void AddAgent(string name, string script)
    {
        var program = PathOf(name);
        File.WriteAllText(program, $"#!/bin/sh\n[ \"$1\" = --version ] && echo '7.8.9 ({name})' && exit\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Settings[$"Agents:Profiles:{name}:Command"] = program;
        Settings[$"Agents:Profiles:{name}:Environment:FAKE_AGENT"] = Path.Combine(FakeAgent, "DurableAgentTasks.FakeAgent");
        Settings[$"Agents:Profiles:{name}:Environment:FAKE_AGENT_HOME"] = PathOf("home");
    }

    /// <summary>What the agent says at the end of its n-th invocation, from 1.</summary>
    protected async Task AnswerAsync(int invocation, string text) =>
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(PathOf("home"), "answers")).FullName, $"{invocation}"), text);

    private protected async Task<LocalHostProcess> StartHostAsync()
    {
        var host = await LocalHostProcess.StartAsync(Data, Cancellation, Settings);
        _hosts.Add(host);
        return host;
    }

    /// <summary>A task of one step for each prompt.</summary>
    protected JsonObject TaskOf(string id, params string[] prompts) => new()
    {
        ["id"] = id,
        ["agent"] = "claude",
        ["workspace"] = new JsonObject { ["path"] = Repository.Path },
        ["plan"] = new JsonObject
        {
            ["phases"] = new JsonArray(new JsonObject
            {
                ["title"] = "Work",
                ["steps"] = new JsonArray([.. prompts.Select(prompt => new JsonObject { ["title"] = "Step", ["kind"] = "agent", ["prompt"] = prompt })]),
            }),
        },
    };

    /// <summary>A prompt that edits <c>notes</c>, and hangs in a tool before that until <see cref="Go"/> is there.</summary>
    protected string EditWhenTold(string markers = "SCN=edit") => $"change it {markers} FILE=notes WAIT={Go}";

    protected async Task GoAsync() => await File.WriteAllTextAsync(Go, "");

    /// <summary>Starts a task, and waits until its agent hangs in its tool, told by a part of its command line.</summary>
    private protected async Task UntilToolRunsAsync(LocalHostProcess host, JsonObject task, string tool = "86400")
    {
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        await TaskApi.UntilAsync(
            host.Http, task["id"]!.GetValue<string>(),
            status => TaskApi.HasEnded(status) ? throw new InvalidOperationException($"{status}") : TaggedProcesses.Run(Data, tool), Cancellation);
    }

    private protected static async Task<JsonElement> CompletedAsync(LocalHostProcess host, string id)
    {
        var status = await TaskApi.UntilEndedAsync(host.Http, id, Cancellation);
        Assert.True(TaskApi.State(status) == "completed", $"{status}\n{host.Output}");
        return status;
    }

    /// <summary>What FakeAgent was called with, each time.</summary>
    protected List<Invocation> Invocations()
    {
        var file = Path.Combine(PathOf("home"), "invocations.jsonl");
        if (!File.Exists(file)) return [];
        return [.. File.ReadAllLines(file).Select(line => JsonElement.Parse(line)).Select(line => new Invocation(
            line.GetProperty("session").GetString()!, line.GetProperty("resumes").GetBoolean(), line.GetProperty("prompt").GetString()!))];
    }

    /// <summary>It was called twice, and the second time went on with what the first had begun.</summary>
    protected void AssertOneSessionOfTwo()
    {
        var all = Invocations();
        Assert.Equal([false, true], all.Select(invocation => invocation.Resumes));
        Assert.Equal(all[0].Session, all[1].Session);
        Assert.Equal($"edited in session {all[0].Session}\n", File.ReadAllText(Path.Combine(Repository.Path, "notes")));
    }

    /// <summary>The lines of a recorded run, as the session of a run of ours has them.</summary>
    protected static string[] Recorded(string scenario, string session)
    {
        var lines = File.ReadAllLines(Path.Combine(FakeAgent, "Transcripts", "claude", $"{scenario}.stdout.jsonl"));
        var recorded = JsonElement.Parse(lines[0]).GetProperty("session_id").GetString()!;
        return [.. lines.Select(line => line.Replace(recorded, session, StringComparison.Ordinal))];
    }

    protected sealed record Invocation(string Session, bool Resumes, string Prompt);
}
