using System.Net;
using DurableAgentTasks.Cli.Tests.Hosting;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class CheckpointCommandTests : IDisposable
{
    private const string One = """
        {"id":"00000000000000aa","number":2,"type":"pre_risky","at":"2030-01-01T00:00:00Z","description":"Before step 1.2.","reason":"as asked",
         "completedSteps":["1.1"],"pendingSteps":["1.2","1.3"],"sessions":{},"filesModified":1,"linesChanged":2,"size":1234,"commit":"abc","ref":"refs/agent-tasks/t/2"}
        """;

    private readonly ScriptedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_list_goes_over_all_pages_and_names_what_is_damaged()
    {
        _host.Answers($$"""{"checkpoints":[{{One}}],"damaged":[],"continuationToken":"2"}""")
            .Answers("""{"checkpoints":[],"damaged":[{"id":"00000000000000bb","number":1,"reason":"It is torn."}]}""");
        var ended = await _host.RunAsync("checkpoints list t");
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(
            ["GET http://127.0.0.1:7071/api/tasks/t/checkpoints?top=1000", "GET http://127.0.0.1:7071/api/tasks/t/checkpoints?top=1000&continuationToken=2"],
            _host.Requests.Select(request => request.Line));
        var lines = ended.Output.Split('\n');
        Assert.Matches("^ID +NO +TYPE +TIME +FILES +LINES +DESCRIPTION", lines[0]);
        Assert.Matches(@"^00000000000000aa +2 +pre_risky +2030-01-01 00:00:00Z +1 +2 +Before step 1.2. \(as asked\)", lines[1]);
        Assert.Equal("dat: checkpoint 00000000000000bb is damaged: It is torn.\n", ended.Error);
    }

    [Fact]
    public async Task One_is_shown_with_its_files()
    {
        const string Files = """
            "files":[{"path":"a.txt","type":"modified","hash":"x"}],"leftOut":[{"path":"big.bin","reason":"larger than 10 bytes"}]}
            """;
        var whole = $"{One.TrimEnd()[..^1]},{Files}";
        var ended = await _host.Answers(whole).RunAsync("checkpoints show t 00000000000000aa");
        Assert.Equal("GET http://127.0.0.1:7071/api/tasks/t/checkpoints/00000000000000aa", _host.Requests.Single().Line);
        Assert.Contains("1 files, 2 lines", ended.Output, StringComparison.Ordinal);
        Assert.Matches("modified +a.txt", ended.Output);
        Assert.Matches("left out +big.bin: larger than 10 bytes", ended.Output);
    }

    [Theory]
    [InlineData("checkpoints diff t c", "/checkpoints/c/diff")]
    [InlineData("checkpoints diff t c --from d", "/checkpoints/c/diff?from=d")]
    [InlineData("checkpoints diff t c --work-tree", "/checkpoints/c/diff?to=worktree")]
    [InlineData("patch t", "/result.patch")]
    public async Task A_diff_is_printed_as_it_is(string arguments, string address)
    {
        const string Diff = "diff --git a/x b/x\n-é\n+\u2028[/]\n";
        var ended = await _host.Answers(Diff, type: "text/x-diff").RunAsync(arguments);
        Assert.Equal(new Ended(0, Diff, ""), ended);
        Assert.Equal($"GET http://127.0.0.1:7071/api/tasks/t{address}", _host.Requests.Single().Line);
    }

    [Fact]
    public async Task A_bundle_is_written_to_a_file()
    {
        var file = Path.GetTempFileName();
        var ended = await _host.Answers("# v2 git bundle\n", type: "application/x-git-bundle").RunAsync("checkpoints", "bundle", "t", "c", "-o", file);
        Assert.Equal(new Ended(0, "", $"Written to {file}.\n"), ended);
        Assert.Equal("# v2 git bundle\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        File.Delete(file);
    }

    [Fact]
    public async Task What_cannot_be_had_or_written_is_a_sentence()
    {
        var refused = await _host.Refuses(HttpStatusCode.Conflict, """{"title":"What is asked for cannot be read.","detail":"The bundle is missing."}""").RunAsync("checkpoints diff t c");
        Assert.Equal(new Ended(1, "", "dat: What is asked for cannot be read. The bundle is missing.\n"), refused);
        var unwritten = await _host.Answers("x").RunAsync("checkpoints bundle t c -o /none/x.bundle");
        Assert.Equal(1, unwritten.ExitCode);
        Assert.StartsWith("dat: /none/x.bundle cannot be written: ", unwritten.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_yet_is_said_beside_the_output() => Assert.Equal(
        new Ended(0, "", "There are no checkpoints yet.\n"), await _host.Answers("""{"checkpoints":[],"damaged":[]}""").RunAsync("checkpoints list t"));
}
