using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Tests.Profiles;

public sealed class AgentLaunchTests
{
    private const string Id = "11111111-2222-4333-8444-555555555555";

    private static readonly string Long = "read this " + new string('x', LaunchCheck.LongestArgument);

    [Fact]
    public void A_run_has_the_adapter_s_environment_then_the_operator_s_and_its_interrupt()
    {
        var agent = Agent(AgentProfiles.Gemini) with
        {
            Arguments = ["--yolo"],
            Model = "pro",
            Environment = new Dictionary<string, string> { ["GEMINI_API_KEY"] = "k", ["GEMINI_CLI_NO_RELAUNCH"] = "1" },
        };

        var spec = ToSpec(agent, new AgentRequest { Prompt = "do it", SessionId = Id });

        Assert.Equal(["-p", "do it", "-o", "stream-json", "--session-id", Id, "-m", "pro", "--yolo"], spec.Arguments);
        Assert.Equal(("/opt/cli", "/w", PoliteSignal.Terminate), (spec.FileName, spec.WorkingDirectory, spec.Interrupt));
        Assert.Equal(("1", "k"), (spec.Environment["GEMINI_CLI_NO_RELAUNCH"], spec.Environment["GEMINI_API_KEY"]));
        Assert.Null(spec.StandardInput);
    }

    [Theory]
    [InlineData("claude", "-p|--output-format|stream-json|--verbose|--session-id|ID")]
    [InlineData("codex", "exec|--json|-C|/w|-")]
    [InlineData("gemini", "-o|stream-json|--session-id|ID")]
    [InlineData("opencode", "run|--format|json|--dir|/w")]
    [InlineData("copilot", "--output-format|json|--no-auto-update|--session-id=ID|-C|/w")]
    public void A_prompt_too_long_for_an_argument_goes_by_standard_input(string agent, string arguments)
    {
        var spec = ToSpec(Agent(AgentProfiles.ByName[agent]), new AgentRequest { Prompt = Long, SessionId = Id });

        Assert.Equal(arguments, string.Join('|', spec.Arguments).Replace(Id, "ID"));
        Assert.Equal(Long, spec.StandardInput);
    }

    [Theory]
    [InlineData("claude", "-p|--output-format|stream-json|--verbose|--resume|ID")]
    [InlineData("codex", "exec|--json|-C|/w|resume|ID|-")]
    public void So_it_does_when_a_session_goes_on(string agent, string arguments)
    {
        var spec = ToSpec(Agent(AgentProfiles.ByName[agent]), new AgentRequest { Prompt = Long, SessionId = Id, Resume = true });

        Assert.Equal((arguments, Long), (string.Join('|', spec.Arguments).Replace(Id, "ID"), spec.StandardInput));
    }

    [Fact]
    public void A_prompt_of_exactly_the_longest_argument_is_one()
    {
        var request = new AgentRequest { Prompt = Long[..LaunchCheck.LongestArgument] };

        Assert.Null(ToSpec(Agent(AgentProfiles.Claude), request).StandardInput);
        Assert.NotNull(ToSpec(Agent(AgentProfiles.Claude), request with { Prompt = Long[..(LaunchCheck.LongestArgument - 1)] + "ü" }).StandardInput);
    }

    [Fact]
    public void One_that_reads_its_prompt_from_standard_input_alone_gets_each_there()
    {
        var profile = AgentProfiles.Generic with { FreshArguments = [["run"], ["{arguments}"]], PromptFromInput = "" };

        var spec = ToSpec(Agent(profile), new AgentRequest { Prompt = "-v" });

        Assert.Equal(["run"], spec.Arguments);
        Assert.Equal("-v", spec.StandardInput);
    }

    [Fact]
    public void A_prompt_that_cannot_be_given_is_refused_in_words()
    {
        var generic = Agent(AgentProfiles.Generic with { Name = "parrot" });

        var tooLong = AgentLaunch.Refuse(generic, new AgentRequest { Prompt = Long })!;
        var withNul = AgentLaunch.Refuse(Agent(AgentProfiles.Claude), new AgentRequest { Prompt = "a\0b" })!;

        Assert.Equal((StartRefusal.TooLong, StartRefusal.InvalidText), (tooLong.Reason, withNul.Reason));
        Assert.Contains("Agents:Profiles:parrot:PromptFromInput", tooLong.Message);
        Assert.Null(AgentLaunch.Refuse(generic, new AgentRequest { Prompt = "short" }));
        Assert.Null(AgentLaunch.Refuse(Agent(AgentProfiles.Claude), new AgentRequest { Prompt = Long }));
    }

    [Fact]
    public void The_summary_is_short_and_has_none_of_the_operator_s_arguments()
    {
        var agent = Agent(AgentProfiles.Claude) with { Arguments = ["--settings", "{\"key\":\"secret\"}"] };

        var spec = ToSpec(agent, new AgentRequest { Prompt = Long, SessionId = Id, Resume = true });

        Assert.StartsWith($"claude (session {Id}): read this xxx", spec.Summary);
        Assert.DoesNotContain("secret", spec.Summary);
        Assert.InRange(spec.Summary!.Length, 121, 190);
    }

    [Fact]
    public void A_usage_report_becomes_the_task_s_and_back()
    {
        var used = new AgentUsage { InputTokens = 1, OutputTokens = 2, CacheReadTokens = 3, CacheWriteTokens = 4, CostUsd = 0.5m };

        Assert.Equal(new TokenUsage(1, 2, 3, 4, 0.5m), used.ToTokenUsage());
        Assert.Equal(used, AgentUsage.From(used.ToTokenUsage()));
        Assert.Equal(0, (used with { CostUsd = null }).ToTokenUsage().CostUsd);
    }

    private static ConfiguredAgent Agent(AgentProfile profile) => new() { Name = profile.Name, Profile = profile };

    private static ProcessSpec ToSpec(ConfiguredAgent agent, AgentRequest request) =>
        AgentLaunch.ToSpec(agent, "/opt/cli", request, "/w", new RunFolder("/run"), default);
}
