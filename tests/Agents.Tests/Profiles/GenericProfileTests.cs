using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Tests.Profiles;

/// <summary>A CLI that nobody knows, described by data alone.</summary>
public sealed class GenericProfileTests
{
    private const string Description = """
        {
          "name": "parrot",
          "command": "parrot",
          "freshArguments": [["talk", "--lines=json"], ["--voice", "{model}"], ["{arguments}"], ["--say", "{prompt}"]],
          "resumeArguments": [["talk", "--lines=json", "--perch={session}"], ["{arguments}"], ["--say", "{prompt}"]],
          "environment": { "PARROT_QUIET": "1" },
          "sessionId": "perch.id",
          "tokenScope": "sinceLastReport",
          "exitCodes": { "7": "limits" },
          "events": [
            { "kind": "started", "when": "event=wake" },
            { "kind": "message", "when": "event=squawk & words[].loud=true", "text": "words[].text" },
            { "kind": "toolCall", "when": "event=grab", "tool": "thing.name", "text": "thing" },
            { "kind": "usage", "when": "event=fed", "inputTokens": "seeds.eaten", "outputTokens": "seeds.dropped" },
            { "kind": "finished", "when": "event=sleep|faint", "failed": "event=faint", "text": "why" }
          ]
        }
        """;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private static readonly AgentProfile Parrot = JsonSerializer.Deserialize<AgentProfile>(Description, Options)!;

    [Fact]
    public void Its_command_line()
    {
        var request = new AgentRequest { Prompt = "polly", SessionId = "p1", Arguments = ["--cage"] };

        Assert.Equal(["talk", "--lines=json", "--cage", "--say", " polly"], AgentCommandLine.Of(Parrot, request).Arguments);
        Assert.Equal(
            ["talk", "--lines=json", "--perch=p1", "--cage", "--say", " polly"], AgentCommandLine.Of(Parrot, request with { Resume = true }).Arguments);
        Assert.False(Parrot.PresetsSession);
    }

    [Fact]
    public void An_exit_code_tells_the_failure_of_one_that_reports_no_end_too()
    {
        var silent = Parrot with { Events = [] };
        Assert.Equal(FailureClass.Limits, Assert.IsType<AgentVerdict.Failed>(Reading.Of(silent, "squawk\n").Judge(exitCode: 7)).Class);
        Assert.Equal(FailureClass.Command, Assert.IsType<AgentVerdict.Failed>(Reading.Of(silent, "squawk\n").Judge(exitCode: 8)).Class);
    }

    [Fact]
    public void Its_events_session_usage_and_verdict()
    {
        var reading = Reading.Of(Parrot, """
            ruffling feathers
            {"event":"wake","perch":{"id":"p1"}}
            {"event":"squawk","words":[{"text":"psst","loud":false},{"text":"HELLO","loud":true},{"text":"AGAIN","loud":true}]}
            {"event":"grab","thing":{"name":"nut","size":2}}
            {"event":"fed","seeds":{"eaten":3,"dropped":1}}
            {"event":"fed","seeds":{"eaten":4,"dropped":1}}
            {"event":"sleep"}

            """);

        Assert.Equal("N S M M C U U F", reading.Kinds);
        Assert.Equal(["HELLO", "AGAIN"], reading.Events.Where(read => read.Kind == AgentEventKind.Message).Select(read => read.Text));
        Assert.Equal(("nut", """{"name":"nut","size":2}"""), (reading.Events[4].Tool, reading.Events[4].Text));
        Assert.Equal("p1", reading.Run.SessionId);
        Assert.Equal(new AgentUsage { InputTokens = 7, OutputTokens = 2 }, reading.Run.Usage);
        Assert.IsType<AgentVerdict.Succeeded>(reading.Judge(exitCode: 0));
    }

    [Fact]
    public void Its_failures()
    {
        var fainted = Reading.Of(Parrot, """{"event":"faint","why":"rate limit"}""").Judge(exitCode: 1);
        var gone = Reading.Of(Parrot, """{"event":"wake"}""").Judge(exitCode: 7);

        Assert.Equal(FailureClass.Transient, Assert.IsType<AgentVerdict.Failed>(fainted).Class);
        Assert.Equal(FailureClass.Limits, Assert.IsType<AgentVerdict.Failed>(gone).Class);
    }

    [Fact]
    public void One_that_prints_lines_needs_no_rules()
    {
        var reading = Reading.Of(AgentProfiles.Generic, "one\n{\"two\":2}\n");

        Assert.Equal(["one", "{\"two\":2}"], reading.Events.Select(read => read.Text));
        Assert.Equal("M M", reading.Kinds);
        Assert.IsType<AgentVerdict.Succeeded>(reading.Judge(exitCode: 0));
    }

    [Fact]
    public void A_condition_that_is_none_is_refused()
    {
        var profile = Parrot with { Events = [new EventRule(AgentEventKind.Message, "event")] };

        var refused = Assert.Throws<FormatException>(() => new AgentEventReader(profile, 0, _ => { }));

        Assert.Contains("path=value", refused.Message);
    }
}
