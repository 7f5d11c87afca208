using System.Net;
using DurableAgentTasks.Cli.Tests.Hosting;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class LeadingCommandTests : IDisposable
{
    private readonly ScriptedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("pause t --mode drain --reason lunch", "POST api/tasks/t/pause", """{"mode":"drain","reason":"lunch"}""", "Task t is being paused.\n")]
    [InlineData("pause t", "POST api/tasks/t/pause", "{}", "Task t is being paused.\n")]
    [InlineData("resume t --checkpoint 0123456789abcdef", "POST api/tasks/t/resume", """{"checkpointId":"0123456789abcdef"}""", "Task t is being resumed.\n")]
    [InlineData("cancel t --reason enough", "POST api/tasks/t/cancel", """{"reason":"enough"}""", "Task t is being cancelled.\n")]
    [InlineData("pause t --freeze", "POST api/tasks/t/pause", """{"mode":"freeze"}""", "Task t is being paused.\n")]
    [InlineData("extend t 1h30m --reason slow", "POST api/tasks/t/extend", """{"duration":"PT1H30M","reason":"slow"}""", "Task t is given more time.\n")]
    [InlineData("extend t PT5M --phase", "POST api/tasks/t/extend", """{"duration":"PT5M","scope":"phase"}""", "Task t is given more time.\n")]
    [InlineData("approve t --step 1.2", "POST api/tasks/t/approve", """{"stepId":"1.2"}""", "Task t goes on: the step is approved.\n")]
    [InlineData("reject t --reason risky", "POST api/tasks/t/reject", """{"reason":"risky"}""", "Task t has its step rejected: it fails, or goes on without the step if that is not critical.\n")]
    [InlineData("checkpoint t --reason lunch", "POST api/tasks/t/checkpoints", """{"reason":"lunch"}""", "Task t takes a checkpoint.\n")]
    [InlineData("checkpoints restore t c", "POST api/tasks/t/resume", """{"checkpointId":"c"}""", "Task t is brought back to checkpoint c, and goes on from there.\n")]
    [InlineData("delete t --yes", "DELETE api/tasks/t", "", "Task t is deleted.\n")]
    public async Task Each_verb_asks_the_host_and_says_so(string arguments, string request, string body, string said)
    {
        var ended = await _host.Answers("{}", HttpStatusCode.Accepted).RunAsync(arguments);
        Assert.Equal(new Ended(0, said, ""), ended);
        Assert.Equal((request.Replace(" ", " http://127.0.0.1:7071/", StringComparison.Ordinal), body), (_host.Requests.Single().Line, _host.Requests.Single().Body));
    }

    [Fact]
    public async Task An_emergency_stop_says_what_it_ended()
    {
        var ended = await _host.Answers("""{"stopped":[{"taskId":"t","stepId":"1.1","attempt":1,"pids":[1],"took":"PT1S"}],"took":"PT1.3S","paused":["t","u"]}""")
            .RunAsync("emergency-stop", "--reason", "fire");
        Assert.Equal("""{"reason":"fire"}""", _host.Requests.Single().Body);
        Assert.Equal("Ended step 1.1 of task t.\nSteps ended: 1, in 1.3 s. Tasks that wait for an operator: 2.\n", ended.Output);
    }

    [Fact]
    public async Task A_delete_of_all_tasks_of_an_owner_says_how_many_there_were()
    {
        var ended = await _host.Answers("""{"deleted":["t","u"]}""").RunAsync("delete", "--agent-id", "team-a", "--yes");
        Assert.Equal("DELETE http://127.0.0.1:7071/api/agents/team-a/tasks", _host.Requests.Single().Line);
        Assert.Equal(new Ended(0, "Tasks deleted: 2.\n", ""), ended);
    }

    [Theory]
    [InlineData("delete --yes", "Give the id of a task, or --agent-id")]
    [InlineData("delete t --agent-id team-a --yes", "Give the id of a task, or --agent-id")]
    [InlineData("pause t --mode gently", "gently")]
    [InlineData("cancel", "Required argument missing")]
    [InlineData("cancle t", "cancle")]
    [InlineData("pause t --freeze --mode stop", "--freeze does not go with --mode")]
    [InlineData("extend t soon", "\"soon\" is no duration")]
    [InlineData("extend t", "Required argument missing")]
    [InlineData("checkpoints diff t c --from d --work-tree", "--from does not go with --work-tree")]
    [InlineData("checkpoints", "Required command was not provided")]
    [InlineData("list --limit 0", "--limit \"0\" is no such number: write a whole number, 1 or above.")]
    [InlineData("ls -L abc", "--limit \"abc\" is no such number: write a whole number, 1 or above.")]
    [InlineData("ls -L 99999999999", "--limit \"99999999999\" is no such number")]
    [InlineData("logs t --tail abc", "--tail \"abc\" is no such number: write a whole number, 1 or above.")]
    [InlineData("logs t --after -1", "--after \"-1\" is no such number: write a whole number, 0 or above.")]
    [InlineData("logs t --after x --tail 1", "--after does not go with --tail")]
    [InlineData("logs t --after 1 --tail 1", "--after does not go with --tail")]
    [InlineData("list --url ftp://x", "\"ftp://x\" is no address of a host")]
    public async Task A_wrong_command_line_is_2_and_says_why(string arguments, string expected)
    {
        var ended = await _host.RunAsync(arguments);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
        Assert.Empty(_host.Requests);
    }

    [Fact]
    public async Task The_key_goes_to_the_host_that_is_named_and_into_no_help()
    {
        await _host.Answers("{}").RunAsync("show t --json --url https://agents.example.com/base --key secret-key");
        Assert.Equal("GET https://agents.example.com/base/api/tasks/t", _host.Requests.Single().Line);
        Assert.Equal("Bearer secret-key", _host.Requests.Single().Headers["Authorization"]);
        var help = await _host.RunAsync("show --help --key secret-key");
        Assert.Equal(0, help.ExitCode);
        Assert.DoesNotContain("secret-key", help.Output, StringComparison.Ordinal);
        Assert.Contains("DAT_KEY", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_not_there_or_not_ours_is_a_sentence()
    {
        var gone = await _host.IsGone().RunAsync("list");
        Assert.Equal(3, gone.ExitCode);
        Assert.Equal("dat: No host answers at http://127.0.0.1:7071/: start one there, or give its address with --url or DAT_URL. (Connection refused)\n", gone.Error);
        var other = await _host.Answers("<html>", HttpStatusCode.NotFound, "text/html").RunAsync("list");
        Assert.Equal(new Ended(1, "", "dat: What answers at http://127.0.0.1:7071/ (with 404) is no DurableAgentTasks host: check --url or DAT_URL.\n"), other);
        Assert.Equal(1, (await _host.Answers("<html>", HttpStatusCode.OK, "text/html").RunAsync("list")).ExitCode);
    }

    [Fact]
    public async Task A_host_that_wants_a_key_is_told_how_dat_is_given_one()
    {
        const string Problem = """{"title":"Send an API key as \"Authorization: Bearer KEY\" or \"x-functions-key: KEY\".","code":"key_missing"}""";
        var ended = await _host.Refuses(HttpStatusCode.Unauthorized, Problem).RunAsync("list");
        Assert.Equal(new Ended(1, "", "dat: The host at http://127.0.0.1:7071/ wants an API key: give it in DAT_KEY, or with --key.\n"), ended);
    }

    [Fact]
    public async Task The_doctor_finds_nothing_missing()
    {
        var ended = await _host.Answers("""
            {"status":"ready","checks":[{"name":"storage","ready":true,"missing":null}],
             "agents":[{"name":"claude","found":true,"path":"/usr/bin/claude","version":"2.1.197","problem":null,"howToInstall":null}],
             "tools":[{"name":"git","found":true,"version":"2.47.3","missing":null}]}
            """).RunAsync("doctor");
        Assert.Equal(new Ended(0, "ok      storage\nok      claude 2.1.197 /usr/bin/claude\nok      git 2.47.3\n", ""), ended);
    }

    [Fact]
    public async Task The_doctor_says_what_is_missing_and_how_to_get_it()
    {
        var ended = await _host.Answers(
            """
            {"status":"unavailable","checks":[{"name":"engine","ready":false,"missing":"The disk is full: free some space."}],
             "agents":[{"name":"codex","found":false,"howToInstall":"Run: npm install -g @openai/codex"},{"name":"gemini","found":true,"path":"/bin/gemini","problem":"It does not start."}],
             "tools":[{"name":"git","found":false,"version":null,"missing":"Install git: without it there are no checkpoints."}]}
            """,
            HttpStatusCode.ServiceUnavailable).RunAsync("doctor");
        Assert.Equal(
            new Ended(1, "missing engine: The disk is full: free some space.\nmissing codex: not installed. Run: npm install -g @openai/codex\nmissing gemini (/bin/gemini): It does not start.\nmissing git: Install git: without it there are no checkpoints.\n", ""), ended);
    }

    [Fact]
    public async Task A_missing_agent_alone_is_enough_for_the_doctor()
    {
        var ended = await _host.Answers("""{"status":"ready","checks":[],"agents":[{"name":"codex","found":false,"howToInstall":"Install it."}]}""").RunAsync("doctor --json");
        Assert.Equal(1, ended.ExitCode);
    }
}
