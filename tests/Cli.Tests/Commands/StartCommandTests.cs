using System.Net;
using DurableAgentTasks.Cli.Tests.Hosting;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class StartCommandTests : IDisposable
{
    private const string Accepted = """{"id":"task-1"}""";
    private readonly ScriptedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_prompt_goes_to_the_agent_that_is_named()
    {
        var ended = await _host.Answers(Accepted, HttpStatusCode.Accepted).RunAsync(
            "start", "Fix the login", "--agent", "claude", "-w", "/repos/shop", "--agent-id", "team-a", "--id", "fix-login", "--priority", "-3",
            "-e", "CI=1", "-e", "EMPTY=", "--secret", "TOKEN", "--timeout", "1h30m", "--isolation", "worktree", "--setup", "npm ci", "--idempotency-key", "k1");

        Assert.Equal(new Ended(0, "task-1\n", ""), ended);
        var request = Assert.Single(_host.Requests);
        Assert.Equal("POST http://127.0.0.1:7071/api/tasks", request.Line);
        Assert.Equal("k1", request.Headers["Idempotency-Key"]);
        Assert.Equal(
            """
            {"id":"fix-login","agent":"claude","agentId":"team-a","prompt":"Fix the login","workspace":{"path":"/repos/shop","isolation":"worktree","setup":"npm ci"},"environment":{"CI":"1","EMPTY":""},"secrets":["TOKEN"],"timeouts":{"task":"PT1H30M"},"priority":-3}
            """,
            request.Body);
    }

    [Fact]
    public async Task Commands_are_a_plan_of_steps_of_the_shell_in_this_folder()
    {
        await _host.Answers(Accepted).RunAsync("start", "-c", "make", "-c", "make test");
        var body = _host.Requests.Single().Json;
        Assert.Equal("shell", body.GetProperty("agent").GetString());
        Assert.Equal(Directory.GetCurrentDirectory(), body.GetProperty("workspace").GetProperty("path").GetString());
        Assert.Equal(
            """[{"title":"Run","steps":[{"title":"make","kind":"shell","command":"make"},{"title":"make test","kind":"shell","command":"make test"}]}]""",
            body.GetProperty("plan").GetProperty("phases").GetRawText());
    }

    [Fact]
    public async Task A_plan_is_sent_as_it_stands_in_its_file()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"phases":[]}""", TestContext.Current.CancellationToken);
        await _host.Answers(Accepted).RunAsync("start", "--plan", file, "--repository", "https://example.com/shop.git", "--ref", "main");
        File.Delete(file);
        var body = _host.Requests.Single().Json;
        Assert.Equal("""{"phases":[]}""", body.GetProperty("plan").GetRawText());
        Assert.Equal("""{"repository":"https://example.com/shop.git","ref":"main"}""", body.GetProperty("workspace").GetRawText());
    }

    [Theory]
    [InlineData("start", "Say what to do: give a prompt, --plan or --command.")]
    [InlineData("start prompt", "Say which agent gets the prompt: --agent NAME (dat doctor lists them).")]
    [InlineData("start -c x --plan p", "--plan does not go with --command: keep one of them.")]
    [InlineData("start -c x --env CI", "--env \"CI\" sets no variable: write NAME=VALUE.")]
    [InlineData("start -c x --timeout soon", "\"soon\" is no duration: write it as 90m, 1h30m, 2d or PT1H30M.")]
    [InlineData("start -c x --priority abc", "--priority \"abc\" is no such number: write a whole number from -100 to 100.")]
    [InlineData("start -c x --priority 101", "--priority \"101\" is no such number: write a whole number from -100 to 100.")]
    [InlineData("start -c x -w . --repository u", "--repository does not go with --workspace: keep one of them.")]
    [InlineData("start --plan /none/plan.json", "The plan cannot be read: ")]
    public async Task What_cannot_be_meant_is_not_sent(string arguments, string expected)
    {
        var ended = await _host.RunAsync(arguments);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
        Assert.Empty(_host.Requests);
    }

    [Fact]
    public async Task Every_field_the_host_refuses_is_named()
    {
        const string Problem = """
            {"title":"Mend the fields listed in \"errors\" and send the request again.","code":"invalid_request","status":400,
             "errors":[{"path":"agent","message":"is not known here."},{"path":"priority","message":"must be 100 at most."}]}
            """;
        var ended = await _host.Refuses(HttpStatusCode.BadRequest, Problem).RunAsync("start -c x");
        Assert.Equal(1, ended.ExitCode);
        Assert.Equal(
            """
            dat: Mend the fields listed in "errors" and send the request again.
              agent: is not known here.
              priority: must be 100 at most.

            """,
            ended.Error);
        Assert.Empty(ended.Output);
    }

    [Theory]
    [InlineData("completed", 0)]
    [InlineData("failed", 1)]
    [InlineData("cancelled", 1)]
    public async Task Following_ends_with_how_it_went(string state, int exitCode)
    {
        _host.Answers(Accepted).Streams($$"""
            event: state
            data: {"id":"task-1","state":"executing","detail":null}

            id: 1
            event: log
            data: {"seq":1,"text":"hello","time":"2030-01-01T00:00:00Z"}

            event: state
            data: {"id":"task-1","state":"{{state}}","detail":null}

            event: end
            data: {}


            """);
        _host.Answers(Tasks.Of("task-1", state, outcome: state == "completed" ? "success" : state));
        var ended = await _host.RunAsync("start -c x --follow");
        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Equal("hello\n", ended.Output);
        Assert.Equal($"task-1\ntask-1: executing\ntask-1: {state}. As it went.\n", ended.Error);
    }

    [Theory]
    [InlineData("task_timeout", "Its deadline passed (--timeout) before all was done.")]
    [InlineData("all_steps_done", "Not all of it was done.")]
    public async Task A_task_that_was_done_in_part_is_not_done_and_the_last_line_says_why(string trigger, string why)
    {
        _host.Answers(Accepted).HasNothingMore().Answers(Tasks.Of("task-1", "completed")).Answers($$"""
            {"items":[{"type":"transition","from":"executing","to":"completing","trigger":"{{trigger}}","time":"2030-01-01T00:00:00Z"}]}
            """);
        var ended = await _host.RunAsync("start -c x --follow");
        Assert.Equal(new Ended(1, "", $"task-1\ntask-1: completed in part. As it went. {why}\n"), ended);
    }
}
