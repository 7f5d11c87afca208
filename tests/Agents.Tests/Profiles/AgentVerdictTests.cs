using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Tests.Profiles;

/// <summary>Endings that no recorded run has.</summary>
public sealed class AgentVerdictTests
{
    private const string Init = """{"type":"system","subtype":"init","session_id":"s1"}""" + "\n";
    private const string Done = """{"type":"result","subtype":"success","is_error":false,"result":"done","session_id":"s1"}""" + "\n";

    [Fact]
    public void A_final_event_is_no_success_without_exit_code_0() => AssertFailed(FailureClass.Crash, Init + Done, exitCode: 143);

    [Fact]
    public void A_final_event_is_no_success_if_the_agent_went_on_after_it() => AssertFailed(FailureClass.Crash, Init + Done + Init, exitCode: 0);

    [Fact]
    public void A_final_event_is_no_success_if_output_broke_off_after_it()
    {
        var failed = AssertFailed(FailureClass.Crash, Init + Done + Init[..20], exitCode: 0);

        Assert.Equal(new AgentEvidence(EvidenceSource.BrokenTail, Init[..20]), failed.Evidence);
    }

    [Fact]
    public void A_line_of_text_after_the_final_event_does_not_matter() =>
        Assert.IsType<AgentVerdict.Succeeded>(Reading.Of(AgentProfiles.Claude, Init + Done + "bye").Judge(exitCode: 0));

    [Fact]
    public void An_exit_that_nobody_saw_is_a_crash() => AssertFailed(FailureClass.Crash, Init + Done, exitCode: null);

    [Fact]
    public void A_wrong_session_is_known_before_the_end()
    {
        var resumed = new AgentRequest { Prompt = "go on", SessionId = "s0", Resume = true };

        var reading = Reading.Of(AgentProfiles.Claude, Init, resumed);

        Assert.True(reading.Run.IsInWrongSession);
    }

    [Fact]
    public void A_resumed_run_that_names_no_session_is_not_accepted()
    {
        var reading = Reading.Of(
            AgentProfiles.Claude, Done.Replace("session_id", "other"), new AgentRequest { Prompt = "go on", SessionId = "s1", Resume = true });

        Assert.Equal(FailureClass.Session, Assert.IsType<AgentVerdict.Failed>(reading.Judge(exitCode: 0)).Class);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(3, FailureClass.Command)]
    [InlineData(137, FailureClass.Crash)]
    public void A_shell_is_judged_by_its_exit_code(int exitCode, FailureClass? kind)
    {
        var verdict = Reading.Of(AgentProfiles.Shell, "{\"type\":\"result\"}\nerror: 429\n").Judge(exitCode);

        Assert.Equal(kind, (verdict as AgentVerdict.Failed)?.Class);
    }

    [Theory]
    [InlineData("Claude AI usage limit reached|1795297596", "2026-11-21T21:46:36Z")]
    [InlineData("You've hit your limit · resets 3:45pm (America/New_York)", "2026-11-21T20:45:00Z")]
    [InlineData("Claude usage limit reached. Your limit will reset at 6am (Etc/UTC).", "2026-11-22T06:00:00Z")]
    [InlineData("You've hit your usage limit. Upgrade to Pro or try again in 2 days 17 hours 14 minutes.", "2026-11-24T05:14:00Z")]
    [InlineData("You have exhausted your capacity on this model. Your quota will reset after 3h12m5s.", "2026-11-21T15:12:05Z")]
    [InlineData("Quota exceeded until 2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("You've hit your usage limit.", null)]
    [InlineData("Usage limit reached, resets 25pm (Nowhere/City)", null)]
    public void A_spent_quota_tells_when_there_is_some_again(string message, string? at)
    {
        var end = $$"""{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"{{message}}"}""" + "\n";

        var failed = AssertFailed(FailureClass.Quota, Init + end, exitCode: 1);

        Assert.Equal(at is null ? null : DateTimeOffset.Parse(at), failed.ResetsAt);
    }

    [Theory]
    [InlineData(41, "", FailureClass.Auth)]
    [InlineData(53, "", FailureClass.Limits)]
    [InlineData(42, "", FailureClass.StartUp)]
    [InlineData(1, "connect ECONNREFUSED 127.0.0.1:1", FailureClass.Transient)]
    [InlineData(1, "", FailureClass.StartUp)]
    public void What_says_nothing_is_told_by_standard_error_and_exit_code(int exitCode, string error, FailureClass kind) =>
        Assert.Equal(kind, Assert.IsType<AgentVerdict.Failed>(Reading.Of(AgentProfiles.Gemini, "").Judge(exitCode, error)).Class);

    [Fact]
    public void A_count_that_began_anew_is_taken_whole()
    {
        var before = new AgentUsage { InputTokens = 5000, OutputTokens = 50 };
        const string report = """{"type":"turn.completed","usage":{"input_tokens":1200,"output_tokens":12}}""";

        var reading = Reading.Of(AgentProfiles.Codex, report, new AgentRequest { Prompt = "go on", SessionUsage = before });

        Assert.Equal((1200, 12), (reading.Run.Usage!.InputTokens, reading.Run.Usage.OutputTokens));
    }

    private static AgentVerdict.Failed AssertFailed(FailureClass kind, string output, int? exitCode)
    {
        var failed = Assert.IsType<AgentVerdict.Failed>(Reading.Of(AgentProfiles.Claude, output).Judge(exitCode));
        Assert.Equal(kind, failed.Class);
        return failed;
    }
}
