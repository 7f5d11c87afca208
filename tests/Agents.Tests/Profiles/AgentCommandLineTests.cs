using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Profiles;

public sealed class AgentCommandLineTests
{
    private const string Id = "11111111-2222-4333-8444-555555555555";

    [Theory]
    [InlineData("claude", "-p|do it|--output-format|stream-json|--verbose|--session-id|ID|--model|m|--x")]
    [InlineData("codex", "exec|--json|-m|m|-C|/w|--x|do it")]
    [InlineData("gemini", "-p|do it|-o|stream-json|--session-id|ID|-m|m|--x")]
    [InlineData("opencode", "run|--format|json|-m|m|--dir|/w|--x|do it")]
    [InlineData("copilot", "-p|do it|--output-format|json|--no-auto-update|--session-id=ID|--model|m|-C|/w|--x")]
    [InlineData("shell", "-c|do it")]
    [InlineData("generic", "--x|do it")]
    public void A_new_run(string agent, string arguments) => Assert.Equal(arguments, Arguments(agent, resume: false));

    [Theory]
    [InlineData("claude", "-p|do it|--output-format|stream-json|--verbose|--resume|ID|--model|m|--x")]
    [InlineData("codex", "exec|--json|-m|m|-C|/w|--x|resume|ID|do it")]
    [InlineData("gemini", "-p|do it|-o|stream-json|--resume|ID|-m|m|--x")]
    [InlineData("opencode", "run|--format|json|--session|ID|-m|m|--dir|/w|--x|do it")]
    [InlineData("copilot", "-p|do it|--output-format|json|--no-auto-update|--resume=ID|--model|m|-C|/w|--x")]
    public void A_resumed_run(string agent, string arguments) => Assert.Equal(arguments, Arguments(agent, resume: true));

    [Theory]
    [InlineData("claude", true)]
    [InlineData("codex", false)]
    [InlineData("gemini", true)]
    [InlineData("opencode", false)]
    [InlineData("copilot", true)]
    [InlineData("shell", false)]
    public void Who_chooses_the_session_id(string agent, bool preset) => Assert.Equal(preset, AgentProfiles.ByName[agent].PresetsSession);

    [Theory]
    [InlineData("claude", PoliteSignal.Interrupt)]
    [InlineData("codex", PoliteSignal.Interrupt)]
    [InlineData("gemini", PoliteSignal.Terminate)]
    [InlineData("copilot", PoliteSignal.Terminate)]
    public void How_an_agent_is_asked_to_stop(string agent, PoliteSignal interrupt) =>
        Assert.Equal(interrupt, AgentProfiles.ByName[agent].Interrupt);

    [Fact]
    public void Gemini_runs_without_a_parent_that_takes_no_signals() =>
        Assert.Equal("true", AgentProfiles.Gemini.Environment["GEMINI_CLI_NO_RELAUNCH"]);

    [Theory]
    [InlineData("--help me", " --help me")]
    [InlineData("-", " -")]
    [InlineData("update", " update")]
    [InlineData("update it", "update it")]
    [InlineData("{session} {model}", "{session} {model}")]
    [InlineData("a \"b\" $(c)\n'd'", "a \"b\" $(c)\n'd'")]
    [InlineData("", "")]
    public void No_prompt_is_taken_for_an_option_or_a_subcommand(string prompt, string argument)
    {
        var request = new AgentRequest { Prompt = prompt, SessionId = Id, Model = "m" };

        Assert.All(
            [AgentProfiles.Claude, AgentProfiles.Codex, AgentProfiles.Gemini, AgentProfiles.OpenCode, AgentProfiles.Copilot],
            profile => Assert.Contains(argument, AgentCommandLine.Of(profile, request).Arguments));
    }

    [Fact]
    public void What_has_no_value_is_left_out() =>
        Assert.Equal(["exec", "--json", "do it"], AgentCommandLine.Of(AgentProfiles.Codex, new AgentRequest { Prompt = "do it" }).Arguments);

    [Theory]
    [InlineData("claude", null)]
    [InlineData("claude", "")]
    [InlineData("shell", Id)]
    public void A_session_that_cannot_be_resumed_is_never_begun_anew(string agent, string? session)
    {
        var request = new AgentRequest { Prompt = "go on", SessionId = session, Resume = true };

        Assert.Throws<InvalidOperationException>(() => AgentCommandLine.Of(AgentProfiles.ByName[agent], request));
    }

    private static string Arguments(string agent, bool resume)
    {
        var request = new AgentRequest
        {
            Prompt = "do it", SessionId = Id, Resume = resume, Model = "m", WorkingDirectory = "/w", Arguments = ["--x"],
        };
        return string.Join('|', AgentCommandLine.Of(AgentProfiles.ByName[agent], request).Arguments).Replace(Id, "ID");
    }
}
