using System.Net;
using DurableAgentTasks.Cli.Tests.Hosting;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class FollowTests : IDisposable
{
    private readonly ScriptedHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Each_connection_goes_on_where_the_last_one_ended()
    {
        _host.Streams("retry: 1\n\n" + Line(1) + Line(2)).IsGone().Streams(":\n\n" + Line(3) + "event: progress\ndata: {}\n\n" + Line(4, cutOff: true))
            .Streams(Line(4) + "event: end\ndata: {}\n\n");
        var ended = await _host.RunAsync("logs t -f");
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("line 1\nline 2\nline 3\nline 4\n", ended.Output);
        Assert.Equal("dat: the connection is lost; trying again every 0 s, Ctrl+C to stop.\n", ended.Error.Replace("0.001", "0", StringComparison.Ordinal));
        Assert.Equal([null, "2", "2", "3"], _host.Requests.Select(request => request.Headers.GetValueOrDefault("Last-Event-ID")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_has_ended_has_nothing_more_to_send()
    {
        var ended = await _host.HasNothingMore().RunAsync("logs t -f --after 7");
        Assert.Equal(new Ended(0, "", ""), ended);
        Assert.Equal("7", _host.Requests.Single().Headers["Last-Event-ID"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_that_are_gone_are_said()
    {
        _host.Streams("event: gap\ndata: {\"after\":7,\"next\":20}\n\n" + Line(20) + "event: end\ndata: {}\n\n");
        var ended = await _host.RunAsync("logs t -f --after 7");
        Assert.Equal("line 20\n", ended.Output);
        Assert.Equal("dat: the log has no line after 7; it goes on with 20.\n", ended.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_connection_must_succeed()
    {
        Assert.Equal(3, (await _host.IsGone().RunAsync("logs t -f")).ExitCode);
        var missing = await _host.Refuses(HttpStatusCode.NotFound, """{"title":"There is no such task."}""").RunAsync("logs t -f");
        Assert.Equal(new Ended(1, "", "dat: There is no such task.\n"), missing);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_is_deleted_meanwhile_ends_it()
    {
        _host.Streams("retry: 1\n\n" + Line(1)).Refuses(HttpStatusCode.NotFound, """{"title":"There is no such task."}""");
        Assert.Equal(new Ended(1, "line 1\n", "dat: There is no such task.\n"), await _host.RunAsync("logs t -f"));
    }

    private static string Line(int number, bool cutOff = false) =>
        $"id: {number}\nevent: log\ndata: {{\"seq\":{number},\"text\":\"line {number}\"}}\n{(cutOff ? "" : "\n")}";
}
