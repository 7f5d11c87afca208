using DurableAgentTasks.Cli.Tests.Hosting;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class ReadingCommandTests : IDisposable
{
    private readonly ScriptedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_list_goes_over_pages_up_to_the_limit()
    {
        _host.Answers($$"""{"tasks":[{{Tasks.Of("b", "executing")}}],"continuationToken":"a+b"}""").Answers($$"""{"tasks":[{{Tasks.Of("a", "created")}}]}""");
        var ended = await _host.RunAsync("list --state created,executing --agent shell --limit 2");
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(
            [
                "GET http://127.0.0.1:7071/api/tasks?state=created%2Cexecuting&agent=shell&top=2",
                "GET http://127.0.0.1:7071/api/tasks?state=created%2Cexecuting&agent=shell&top=1&continuationToken=a%2Bb",
            ],
            _host.Requests.Select(request => request.Line));
        var lines = ended.Output.Split('\n');
        Assert.Matches("^ID +STATE +AGENT +DONE +AGE +DETAIL", lines[0]);
        Assert.Matches("^b +executing +shell +50 % +.*queued:3", lines[1]);
        Assert.Matches("^a +created +shell +50 %", lines[2]);
    }

    [Fact]
    public async Task Nothing_to_list_is_said_beside_the_output()
    {
        var ended = await _host.Answers("""{"tasks":[]}""").RunAsync("ls");
        Assert.Equal(new Ended(0, "", "There are no such tasks.\n"), ended);
    }

    [Fact]
    public async Task A_task_is_shown_with_its_plan()
    {
        var ended = await _host.Answers(Tasks.Of("t", "executing")).RunAsync("show t");
        Assert.Equal("GET http://127.0.0.1:7071/api/tasks/t", _host.Requests.Single().Line);
        Assert.Contains("executing (queued:3)", ended.Output, StringComparison.Ordinal);
        Assert.Contains("shell (team-a)", ended.Output, StringComparison.Ordinal);
        Assert.Contains("3m, of which 1m paused", ended.Output, StringComparison.Ordinal);
        Assert.Contains("50 %: 1 of 2 steps", ended.Output, StringComparison.Ordinal);
        Assert.Contains("about 9m, 5m to 20m (medium confidence). Step 1.2 takes longer than expected.", ended.Output, StringComparison.Ordinal);
        Assert.Contains("40 % CPU, 10 MiB, 3 processes", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Build [all]", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"1\.1 +completed +2 +compile +It exited with 0\.", ended.Output);
    }

    [Theory]
    [InlineData("reject", "is rejected")]
    [InlineData("approve", "runs")]
    public async Task What_is_to_be_approved_is_shown_and_what_happens_otherwise(string otherwise, string happens)
    {
        var waiting = Tasks.Of("t", "paused").Replace(
            "\"title\": \"test\",", $$"""
            "title": "test", "command": "rm -rf out", "approval": { "default": "{{otherwise}}", "timeout": "PT5M", "until": "2030-01-01T00:05:00Z" },
            """, StringComparison.Ordinal);
        var ended = await _host.Answers(waiting).RunAsync("show t");
        Assert.Contains("dat approve t, or dat reject t: step 1.2 (test) rm -rf out", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"Without an answer by 2030-01-01 00:05:00Z it {happens}.", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_what_the_host_answers()
    {
        var ended = await _host.Answers("""{"id":"t","somethingNew":[1]}""").RunAsync("show t --json");
        Assert.Equal("{\n  \"id\": \"t\",\n  \"somethingNew\": [\n    1\n  ]\n}\n", ended.Output);
    }

    [Fact]
    public async Task The_timeline_says_who_did_what_and_why()
    {
        _host.Answers("""
            {"items":[{"number":1,"time":"2030-01-01T00:00:00Z","type":"transition","from":"created","to":"planning","trigger":"started"},
                      {"number":2,"time":"2030-01-01T00:00:01Z","type":"step_started","data":{"stepId":"1.1"}},
                      {"number":3,"time":"2030-01-01T00:00:02Z","type":"operator","trigger":"pause","by":"alice","reason":"lunch"}]}
            """);
        var lines = (await _host.RunAsync("timeline t")).Output.Split('\n');
        Assert.Matches("2030-01-01 00:00:00Z +created -> planning +started", lines[1]);
        Assert.Matches("step_started 1.1", lines[2]);
        Assert.Matches("operator +pause: lunch +alice", lines[3]);
    }

    [Fact]
    public async Task The_log_is_read_to_its_end()
    {
        _host.Answers("""{"lines":[{"seq":1,"text":"one","time":"2030-01-01T00:00:00Z"},{"seq":2,"text":"two","time":"2030-01-01T00:00:00Z"}],"next":2}""")
            .Answers("""{"lines":[],"next":2}""");
        Assert.Equal(new Ended(0, "one\ntwo\n", ""), await _host.RunAsync("logs t"));
        Assert.EndsWith("/api/tasks/t/logs?after=2", _host.Requests[1].Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_log_can_be_asked_for_with_times_or_as_json()
    {
        const string Page = """{"lines":[{"seq":9,"text":"nine","time":"2030-01-01T00:00:00Z"}],"next":9}""";
        var ended = await _host.Answers(Page).RunAsync("logs t --tail 1 -t");
        Assert.Equal("2030-01-01T00:00:00.0000000+00:00 nine\n", ended.Output);
        Assert.EndsWith("/logs?tail=1", Assert.Single(_host.Requests).Line, StringComparison.Ordinal);
        ended = await _host.Answers(Page).RunAsync("logs t --tail 1 --json");
        Assert.Equal("""{"seq":9,"text":"nine","time":"2030-01-01T00:00:00Z"}""" + "\n", ended.Output);
    }
}
