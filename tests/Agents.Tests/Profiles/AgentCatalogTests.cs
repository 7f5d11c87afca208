using System.Text;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Agents.Tests.Profiles;

public sealed class AgentCatalogTests
{
    [Fact]
    public void Without_configuration_there_is_the_shell_alone()
    {
        var catalog = Read("{}").Catalog!;

        Assert.Equal(["shell"], catalog.Names);
        Assert.Empty(catalog.Agents);
        Assert.Null(catalog.Find("shell"));
        Assert.Null(catalog.Find("claude"));
    }

    [Fact]
    public void A_profile_is_its_adapter_with_what_the_operator_adds()
    {
        var catalog = Read("""
            { "Profiles": {
              "claude": { "Args": ["--permission-mode", "acceptEdits"], "MaxConcurrentTasks": 2 },
              "careful": { "Adapter": "Codex", "Command": "/opt/codex", "Model": "gpt-5", "Args": ["-s", "read-only"], "Environment": { "CODEX_HOME": "/var/codex" } } } }
            """).Catalog!;

        Assert.Equal(["shell", "careful", "claude"], catalog.Names);
        var claude = catalog.Find("claude")!;
        Assert.Equal(("claude", 2, null), (claude.Profile.Command, claude.MaxConcurrentTasks, claude.Model));
        Assert.Equal(["--permission-mode", "acceptEdits"], claude.Arguments);
        var careful = catalog.Find("careful")!;
        Assert.Equal(("careful", "/opt/codex", "gpt-5", null), (careful.Profile.Name, careful.Profile.Command, careful.Model, careful.MaxConcurrentTasks));
        Assert.Same(AgentProfiles.Codex.Events, careful.Profile.Events);
        Assert.Equal("/var/codex", careful.Environment["CODEX_HOME"]);
    }

    [Fact]
    public void Any_CLI_is_described_by_configuration_alone()
    {
        var parrot = Read("""
            { "Profiles": { "parrot": {
              "Adapter": "generic", "Command": "parrot", "PromptFromInput": "", "SessionId": "perch.id", "PlainLines": "Notice", "Interrupt": "Terminate",
              "FreshArgs": [["talk"], ["--voice", "{model}"], ["{arguments}"], ["--say", "{prompt}"]],
              "ResumeArgs": [["talk", "--perch={session}"], ["{arguments}"], ["--say", "{prompt}"]],
              "ExitCodes": { "7": "Limits" }, "TokenScope": "SinceLastReport", "CostScope": "Session",
              "Events": [ { "Kind": "Message", "When": "event=squawk & words[].loud=true", "Text": "words[].text" }, { "Kind": "Finished", "When": "event=sleep", "Failed": "ill=true" } ] } } }
            """).Catalog!.Find("parrot")!.Profile;

        Assert.Equal([["talk"], ["--voice", "{model}"], ["{arguments}"], ["--say", "{prompt}"]], parrot.FreshArguments);
        Assert.Equal(["talk", "--perch={session}"], parrot.ResumeArguments![0]);
        Assert.Equal(("parrot", "", "perch.id", AgentEventKind.Notice), (parrot.Command, parrot.PromptFromInput, parrot.SessionId, parrot.PlainLines));
        Assert.Equal((PoliteSignal.Terminate, UsageScope.SinceLastReport, UsageScope.Session), (parrot.Interrupt, parrot.TokenScope, parrot.CostScope));
        Assert.Equal(FailureClass.Limits, parrot.ExitCodes[7]);
        Assert.Equal(new EventRule(AgentEventKind.Message, "event=squawk & words[].loud=true") { Text = "words[].text" }, parrot.Events[0]);
        Assert.True(parrot is { ReportsEnd: true, Resumes: true, PresetsSession: false });
    }

    [Fact]
    public void One_that_prints_lines_needs_its_command_alone()
    {
        var profile = Read("""{ "Profiles": { "generic": { "Command": "/bin/aider" } } }""").Catalog!.Find("generic")!.Profile;

        Assert.Equal([["{arguments}"], ["{prompt}"]], profile.FreshArguments);
        Assert.Equal((false, AgentEventKind.Message), (profile.Resumes, profile.PlainLines));
    }

    [Theory]
    [InlineData("""{ "MaxConcurrentTasks": 0 }""", "Agents:MaxConcurrentTasks is 0; write 1 to")]
    [InlineData("""{ "MaxQueuedTasks": -1 }""", "Agents:MaxQueuedTasks is -1; write 0 to")]
    [InlineData("""{ "Slice": "00:15:01" }""", "Agents:Slice is 00:15:01; write 00:00:01 to 00:15:00")]
    [InlineData("""{ "Slice": "00:00:00.5" }""", "Agents:Slice")]
    [InlineData("""{ "Profiles": { "Shell": { "Adapter": "claude" } } }""", "Agents:Profiles:Shell: 'shell' is built in")]
    [InlineData("""{ "Profiles": { "my agent": { "Adapter": "claude" } } }""", "rename it")]
    [InlineData("""{ "Profiles": { "clade": { } } }""", "Agents:Profiles:clade:Adapter is missing", "Did you mean \"claude\"?")]
    [InlineData("""{ "Profiles": { "x": { "Adapter": "codx" } } }""", "Agents:Profiles:x:Adapter 'codx' is unknown", "Did you mean \"codex\"?")]
    [InlineData("""{ "Profiles": { "x": { "Adapter": "shell" } } }""", "Adapter 'shell' is unknown")]
    [InlineData("""{ "Profiles": { "x": { "Adapter": "generic" } } }""", "Agents:Profiles:x:Command is missing")]
    [InlineData("""{ "Profiles": { "claude": { "Command": "bin/claude" } } }""", "Command 'bin/claude' is a relative path", "absolute path")]
    [InlineData("""{ "Profiles": { "claude": { "Command": "claude --verbose" } } }""", "Agents:Profiles:claude:Args")]
    [InlineData("""{ "Profiles": { "claude": { "Command": "" } } }""", "Agents:Profiles:claude:Command is empty")]
    [InlineData("""{ "Profiles": { "claude": { "MaxConcurrentTasks": 0 } } }""", "Agents:Profiles:claude:MaxConcurrentTasks is 0")]
    [InlineData("""{ "Profiles": { "claude": { "Args": ["--x", "--output-format=text"] } } }""", "Agents:Profiles:claude:Args:1 is --output-format, which is set for each run")]
    [InlineData("""{ "Profiles": { "claude": { "Args": ["--model", "opus"] } } }""", "write Agents:Profiles:claude:Model")]
    [InlineData("""{ "Profiles": { "claude": { "Args": ["--say={prompt}"] } } }""", "{prompt}", "is not replaced here")]
    [InlineData("""{ "Profiles": { "claude": { "Environment": { "A=B": "secret-value" } } } }""", "Agents:Profiles:claude:Environment:A:", "rename it")]
    [InlineData("""{ "Profiles": { "claude": { "Environment": { "DAT_RUN": "secret-value" } } } }""", "Environment:DAT_RUN is set for each run")]
    [InlineData("""{ "Profiles": { "claude": { "SessionId": "id" } } }""", "Agents:Profiles:claude:SessionId is not for the adapter claude")]
    public void What_is_wrong_is_said_with_its_key_and_how_to_mend_it(string json, params string[] parts) => AssertWrong(json, parts);

    [Theory]
    [InlineData("\"FreshArgs\": [[\"--say\", \"{promt}\"], [\"{prompt}\"]]", "FreshArgs:0:1 has the placeholder {promt}", "Did you mean \"{prompt}\"?")]
    [InlineData("\"FreshArgs\": [[\"{prompt}{session}\"]]", "FreshArgs:0:0 has 2 placeholders")]
    [InlineData("\"FreshArgs\": [[\"--x\", \"{arguments}\"], [\"{prompt}\"]]", "FreshArgs:0:1: {arguments} stands alone")]
    [InlineData("\"FreshArgs\": [[\"run\"]]", "FreshArgs has no {prompt}", "PromptFromInput")]
    [InlineData("\"ResumeArgs\": [[\"{prompt}\"]], \"SessionId\": \"id\"", "ResumeArgs has no {session}")]
    [InlineData("\"ResumeArgs\": [[\"{session}\", \"go\"], [\"{prompt}\"]]", "Agents:Profiles:x:SessionId is missing")]
    [InlineData("\"SessionId\": \"a..b\"", "SessionId 'a..b' is no path")]
    [InlineData("\"Events\": [{ \"When\": \"a=b\" }]", "Events:0:Kind is missing", "Finished")]
    [InlineData("\"Events\": [{ \"Kind\": \"Error\" }]", "Events:0:When is missing")]
    [InlineData("\"Events\": [{ \"Kind\": \"Error\", \"When\": \"type\" }]", "Events:0:When: 'type' is no condition", "path=value")]
    [InlineData("\"Events\": [{ \"Kind\": \"Error\", \"When\": \"a=b\", \"Failed\": \"yes\" }]", "Events:0:Failed: 'yes'")]
    [InlineData("\"Events\": [{ \"Kind\": \"Error\", \"When\": \"a=b\", \"Text\": \"a b\" }]", "Events:0:Text 'a b' is no path")]
    [InlineData("\"ExitCodes\": { \"0\": \"Auth\" }", "ExitCodes:0 is no exit code of a failure")]
    public void What_is_wrong_with_a_description_is_said_too(string description, params string[] parts) =>
        AssertWrong($$$"""{ "Profiles": { "x": { "Adapter": "generic", "Command": "x", {{{description}}} } } }""", parts);

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var reading = Read("""{ "MaxConcurrentTasks": 0, "Profiles": { "a": { "Adapter": "b" }, "c": { "Adapter": "generic", "Events": [ {} ] } } }""");

        Assert.False(reading.IsValid);
        Assert.Equal(
            ["Agents:MaxConcurrentTasks", "Agents:Profiles:a:Adapter", "Agents:Profiles:c:Command", "Agents:Profiles:c:Events:0:Kind", "Agents:Profiles:c:Events:0:When"],
            reading.Errors.Select(error => error.Split(' ')[0].TrimEnd(':')));
    }

    private static void AssertWrong(string json, string[] parts)
    {
        var error = Assert.Single(Read(json).Errors);

        Assert.All(parts, part => Assert.Contains(part, error));
        Assert.DoesNotContain("secret-value", error);
    }

    private static AgentCatalogReading Read(string agents)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Agents": {{agents}} }"""))).Build();
        var options = new AgentOptions();
        configuration.GetSection("Agents").Bind(options);
        return AgentCatalog.Create(options);
    }
}
