using System.Text.Json;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Agents.Tests.Processes;
using DurableAgentTasks.Agents.Tests.Profiles;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Tests.Clis;

/// <summary>FakeAgent in place of a real CLI: through a process and its files it must come to what its recorded run comes to.</summary>
public sealed class CliRunTests : IAsyncDisposable
{
    private const int Patience = 60_000;
    private const string Session = "aaaaaaaa-2222-4333-8444-555555555555";
    private const string Other = "bbbbbbbb-2222-4333-8444-555555555555";

    private readonly RunScope _scope = new();

    public ValueTask DisposeAsync() => _scope.DisposeAsync();

    [Theory(Timeout = Patience)]
    [InlineData("claude/success")]
    [InlineData("claude/edit")]
    [InlineData("claude/err-429-max-retries-2")]
    [InlineData("claude/sigkill-during-bash")]
    [InlineData("claude/sigterm-during-bash")]
    [InlineData("codex/edit-gpt-5")]
    [InlineData("codex/err-401")]
    [InlineData("gemini/tool-yolo")]
    [InlineData("gemini/max-session-turns-3")]
    [InlineData("opencode/tool-auto")]
    [InlineData("opencode/sigterm-during-bash")]
    [InlineData("copilot/tool-allow-all")]
    [InlineData("copilot/err-401")]
    public async Task A_replayed_run_is_judged_as_the_recorded_one(string name)
    {
        var profile = AgentProfiles.ByName[name.Split('/')[0]];
        var transcript = Transcript.Load(name);
        var recorded = Reading.Of(profile, transcript.Output);

        var (exit, replayed) = await RunAsync(profile, Request(profile, $"do it SCN={name.Split('/')[1]}"));

        Assert.Equal(recorded.Kinds, replayed.Kinds);
        Assert.Equal(transcript.End.ExitCode, exit.ExitCode);
        var expected = recorded.Run.Judge(transcript.End);
        var actual = Judge(replayed, exit);
        Assert.Equal(expected.GetType(), actual.GetType());
        Assert.Equal((expected as AgentVerdict.Failed)?.Class, (actual as AgentVerdict.Failed)?.Class);
        if (profile.PresetsSession) Assert.Equal(Session, replayed.Run.SessionId);
    }

    [Theory(Timeout = Patience)]
    [InlineData("claude")]
    [InlineData("codex")]
    [InlineData("gemini")]
    [InlineData("opencode")]
    [InlineData("copilot")]
    public async Task A_session_goes_on_in_a_resumed_run(string name)
    {
        var profile = AgentProfiles.ByName[name];
        var (_, first) = await RunAsync(profile, Request(profile, "begin here"));
        var (exit, second) = await RunAsync(profile, Request(profile, "go on SCN=edit FILE=notes") with { SessionId = first.Run.SessionId, Resume = true });

        Assert.IsType<AgentVerdict.Succeeded>(Judge(second, exit));
        Assert.Equal(first.Run.SessionId, second.Run.SessionId);
        Assert.Equal($"edited in session {first.Run.SessionId}\n", await File.ReadAllTextAsync(Path.Combine(_scope.DataFolder, "notes")));
        Assert.Equal([false, true], Invocations().Select(invocation => invocation.GetProperty("resumes").GetBoolean()));
        Assert.All(Invocations(), invocation => Assert.Equal(first.Run.SessionId, invocation.GetProperty("session").GetString()));
    }

    [Theory(Timeout = Patience)]
    [InlineData("claude", Other)]
    [InlineData("codex", Other)]
    [InlineData("codex", "not-a-uuid")]
    [InlineData("gemini", Other)]
    [InlineData("opencode", "ses_unknown")]
    public async Task An_unknown_session_is_not_resumed(string name, string session)
    {
        var profile = AgentProfiles.ByName[name];
        for (var i = 0; i < 2; i++)
        {
            var (exit, replayed) = await RunAsync(profile, Request(profile, "go on") with { SessionId = session, Resume = true });
            Assert.Equal(FailureClass.Session, Assert.IsType<AgentVerdict.Failed>(Judge(replayed, exit)).Class);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task An_interrupted_run_ends_its_tool_and_says_so()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the shell of the tool needs setsid");
        var process = await _scope.StartAsync(Spec(AgentProfiles.Claude, Request(AgentProfiles.Claude, "do it SCN=edit WAIT=never")));
        await _scope.Output.SaidAsync("tool_use");
        process.Stop(new StopCause("test", "enough"));
        var exit = await process.Completion;
        await _scope.Tails;

        var reading = Reading.Of(AgentProfiles.Claude, _scope.Output.Bytes, Request(AgentProfiles.Claude, ""));
        Assert.Equal(FailureClass.Crash, Assert.IsType<AgentVerdict.Failed>(Judge(reading, exit)).Class);
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(Session, reading.Run.SessionId);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_hangs_half_way_until_a_file_appears()
    {
        var go = Path.Combine(_scope.DataFolder, "go");
        var process = await _scope.StartAsync(Spec(AgentProfiles.Claude, Request(AgentProfiles.Claude, $"do it SCN=edit FILE=notes WAIT={go}")));
        await _scope.Output.SaidAsync("tool_use");
        Assert.False(File.Exists(Path.Combine(_scope.DataFolder, "notes")));
        await File.WriteAllTextAsync(go, "");
        Assert.Equal(0, (await process.Completion).ExitCode);
        Assert.True(File.Exists(Path.Combine(_scope.DataFolder, "notes")));
    }

    private static AgentRequest Request(AgentProfile profile, string prompt) =>
        new() { Prompt = prompt, SessionId = profile.PresetsSession ? Session : null };

    private ProcessSpec Spec(AgentProfile profile, AgentRequest request) =>
        _scope.Agent([profile.Name, .. AgentCommandLine.Of(profile, request).Arguments]) with
        {
            Environment = new Dictionary<string, string?> { ["FAKE_AGENT_HOME"] = Path.Combine(_scope.DataFolder, "home") },
        };

    private async Task<(ProcessExit Exit, Reading Reading)> RunAsync(AgentProfile profile, AgentRequest request)
    {
        var spec = Spec(profile, request);
        var exit = await _scope.RunAsync(spec);
        return (exit, Reading.Of(profile, await File.ReadAllBytesAsync(spec.Folder.StandardOutput), request));
    }

    private AgentVerdict Judge(Reading reading, ProcessExit exit) => reading.Judge(exit.ExitCode, _scope.Error.Text);

    private IEnumerable<JsonElement> Invocations() =>
        File.ReadLines(Path.Combine(_scope.DataFolder, "home", "invocations.jsonl")).Select(line => JsonSerializer.Deserialize<JsonElement>(line));
}
