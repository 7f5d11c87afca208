using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class TaskEventsTests : StreamTest
{
    [Fact(Timeout = 60_000)]
    public async Task Snapshots_come_first_then_what_happens_in_its_order_then_the_end()
    {
        await StartAsync("t");
        using var events = await ConnectAsync();
        Assert.Equal(["retry", "state executing", "progress"], await ReadAsync(events, 3));

        var log = await LiveLog.OpenAsync(Host, "t");
        await log.AppendAsync("one\ntwo\nhalf");
        Assert.Equal(["1 one", "2 two"], await ReadAsync(events, 2));
        await log.AppendAsync(" of it\n");
        Assert.Equal(["3 half of it"], await ReadAsync(events, 1));
        await log.DisposeAsync();
        await CompleteAsync("t");
        Assert.Equal(["state completing", "state completed", "progress", "end"], await ReadAllAsync(events));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_headers_are_those_of_a_stream()
    {
        await StartAsync("t");
        using var events = await ConnectAsync();
        var response = events.Response;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("3000", (await events.ReadAsync(Cancellation))!.Data);
        var state = (await events.ReadAsync(Cancellation))!;
        Assert.Equal("""{"id":"t","state":"executing","detail":null}""", state.Data);
        Assert.Null(state.Id);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_event_is_the_line_as_pages_have_it()
    {
        await WriteAsync("<b>\"é\"\u2028\r\n");
        using var events = await ConnectAsync();

        var line = await events.ReadAsync("log", Cancellation);
        Assert.Equal((await GetJsonAsync("/api/tasks/t/logs")).GetProperty("lines")[0].GetRawText(), line.Data);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(null, "", "1 one|2 two|3 three|")]
    [InlineData(0L, "", "1 one|2 two|3 three|")]
    [InlineData(2L, "", "3 three|")]
    [InlineData(null, "?lastEventId=1", "2 two|3 three|")]
    [InlineData(2L, "?lastEventId=1", "3 three|")]
    [InlineData(4L, "", "gap|1 one|2 two|3 three|")]
    [InlineData(long.MaxValue, "", "gap|1 one|2 two|3 three|")]
    public async Task It_goes_on_strictly_after_the_last_id(long? header, string query, string expected)
    {
        await WriteAsync("one\ntwo\nthree\n");
        await CompleteAsync("t");
        using var events = await ConnectAsync($"/api/tasks/t/events{query}", header);

        Assert.Equal($"retry|state completed|progress|{expected}end", string.Join('|', await ReadAllAsync(events)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_gap_says_where_it_goes_on()
    {
        await WriteAsync("one\n");
        using var events = await ConnectAsync(lastEventId: 7);
        Assert.Equal("""{"id":"t","after":7,"next":1}""", (await events.ReadAsync("gap", Cancellation)).Data);
    }

    [Fact(Timeout = 60_000)]
    public async Task After_the_end_there_is_no_content()
    {
        await WriteAsync("one\ntwo\n");
        await CompleteAsync("t");

        using var nothing = await ConnectAsync(lastEventId: 2);
        Assert.Equal(HttpStatusCode.NoContent, nothing.Response.StatusCode);
        using var rest = await ConnectAsync(lastEventId: 1);
        Assert.Equal(HttpStatusCode.OK, rest.Response.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_ended_without_a_line_has_no_content_so_that_browsers_do_not_come_again_for_ever()
    {
        await StartAsync("t", "exit 0");
        using var nothing = await ConnectAsync();
        Assert.Equal(HttpStatusCode.NoContent, nothing.Response.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_end_waits_for_the_last_line_of_a_step_that_is_being_ended()
    {
        await StartAsync("t");
        await using var log = await LiveLog.OpenAsync(Host, "t");
        using var events = await ConnectAsync();
        await ReadAsync(events, 3);

        Host.Engine.Set("t", RuntimeStatus.Terminated);
        Host.Services.GetRequiredService<TaskSignals>().Signal(TaskId.Parse("t"), TaskSignal.Record);
        Assert.Equal(["state cancelled", "progress"], await ReadAsync(events, 2));
        await log.AppendAsync("last words\n");
        Assert.Equal(["1 last words"], await ReadAsync(events, 1));
        await log.DisposeAsync();
        Assert.Equal(["end"], await ReadAllAsync(events));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_is_deleted_ends_the_stream_without_an_end()
    {
        await StartAsync("t");
        using var events = await ConnectAsync();
        await ReadAsync(events, 3);

        await Host.Store.DeleteAsync(TaskId.Parse("t"), Cancellation);
        Host.Services.GetRequiredService<TaskSignals>().Signal(TaskId.Parse("t"), TaskSignal.Record);
        Assert.Empty(await ReadAllAsync(events));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/t/events")]
    [InlineData("/api/events")]
    public async Task A_host_that_stops_ends_its_streams_at_once(string path)
    {
        await StartAsync("t");
        using var events = await ConnectAsync(path);
        await ReadAsync(events, 3);

        Host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Empty(await ReadAllAsync(events));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("?lastEventId=x", null)]
    [InlineData("?lastEventId=-1", null)]
    [InlineData("?lastEventId=", null)]
    [InlineData("?lastEventId=1&lastEventId=2", null)]
    [InlineData("?lastEventId=9223372036854775808", null)]
    [InlineData("", "x")]
    [InlineData("", "-1")]
    [InlineData("", "1.5")]
    [InlineData("?lastEventId=1", "0x1")]
    public async Task A_malformed_id_is_refused(string query, string? header)
    {
        await StartAsync("t");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/t/events{query}");
        if (header is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", header);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/nobody/events")]
    [InlineData("/api/tasks/NOT-AN-ID/events")]
    [InlineData("/api/tasks/nobody/logs/raw")]
    public async Task An_unknown_task_is_404(string path)
    {
        using var response = await Client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/t/events", "text/event-stream")]
    [InlineData("/api/events", "text/event-stream")]
    [InlineData("/api/tasks/t/logs/raw", "text/plain")]
    public async Task HEAD_answers_at_once(string path, string type)
    {
        await StartAsync("t");
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
    }

    private async Task WriteAsync(string text)
    {
        await StartAsync("t");
        await using var log = await LiveLog.OpenAsync(Host, "t");
        await log.AppendAsync(text);
    }
}
