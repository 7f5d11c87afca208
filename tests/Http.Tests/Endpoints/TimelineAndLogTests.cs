using System.Net;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class TimelineAndLogTests : ApiTest
{
    [Fact]
    public async Task The_timeline_is_paged()
    {
        await StartAsync("t", "exit 0");

        var whole = await GetJsonAsync("/api/tasks/t/timeline");
        Assert.Equal(["planning", "executing", "completing", "completed"], Tos(whole));
        Assert.False(whole.TryGetProperty("continuationToken", out _));
        var first = await GetJsonAsync("/api/tasks/t/timeline?top=3");
        var rest = await GetJsonAsync($"/api/tasks/t/timeline?top=3&continuationToken={first.GetProperty("continuationToken").GetString()}");
        Assert.Equal(Tos(whole), Tos(first).Concat(Tos(rest)));
        Assert.Equal(["completed"], Tos(await GetJsonAsync("/api/tasks/t/timeline?after=3")));
    }

    [Fact]
    public async Task A_log_is_read_in_pages()
    {
        await WriteLogAsync();

        var first = await GetJsonAsync("/api/tasks/t/logs?limit=2");
        Assert.Equal(["one", "two"], Texts(first));
        Assert.Equal(2, first.GetProperty("next").GetInt64());
        Assert.Equal("stdout", first.GetProperty("lines")[0].GetProperty("stream").GetString());
        Assert.Equal(["oops", "three <b>"], Texts(await GetJsonAsync("/api/tasks/t/logs?after=2")));
        Assert.Equal(["oops"], Texts(await GetJsonAsync("/api/tasks/t/logs?stream=stderr")));
        Assert.Equal(["three <b>"], Texts(await GetJsonAsync("/api/tasks/t/logs?tail=1")));
        var end = await GetJsonAsync("/api/tasks/t/logs?after=1000");
        Assert.Empty(Texts(end));
        Assert.Equal(1000, end.GetProperty("next").GetInt64());
    }

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("application/json;q=0.5, text/plain", "text/plain")]
    [InlineData("text/plain;q=0", "application/json")]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("image/png", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData(";;;", "application/json")]
    public async Task A_log_is_given_in_the_form_that_is_preferred(string accept, string expected)
    {
        await WriteLogAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks/t/logs?limit=2");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        if (expected == "application/json") return;
        Assert.Equal("</api/tasks/t/logs?after=2&limit=2>; rel=\"next\"", response.Headers.GetValues("Link").Single());
        if (expected == "text/plain") Assert.Equal("one\ntwo\n", text);
        else Assert.Equal([1, 2], text.TrimEnd().Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("seq").GetInt32()));
    }

    [Theory]
    [InlineData("logs?after=-1")]
    [InlineData("logs?limit=0")]
    [InlineData("logs?limit=-5")]
    [InlineData("logs?limit=10001")]
    [InlineData("logs?tail=0")]
    [InlineData("logs?tail=5&after=2")]
    [InlineData("logs?stream=both")]
    [InlineData("logs?after=9223372036854775808")]
    [InlineData("timeline?after=-1")]
    [InlineData("timeline?after=1&continuationToken=1")]
    [InlineData("timeline?top=0")]
    [InlineData("timeline?continuationToken=x")]
    public async Task A_bad_parameter_is_refused(string path)
    {
        await StartAsync("t");
        using var response = await Client.GetAsync($"/api/tasks/t/{path}", Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters");
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("logs?after=9223372036854775807")]
    [InlineData("timeline?after=9223372036854775807")]
    public async Task There_may_be_nothing(string path)
    {
        await StartAsync("t");
        await GetJsonAsync($"/api/tasks/t/{path}");
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("timeline")]
    public async Task An_unknown_task_is_404(string part)
    {
        using var response = await Client.GetAsync($"/api/tasks/nobody/{part}", Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
    }

    private async Task WriteLogAsync()
    {
        await StartAsync("t");
        using var log = await TaskLogWriter.OpenAsync(Host.Blobs, TaskId.Parse("t"), TimeProvider.System, Cancellation);
        await AppendAsync(log, LogStream.Stdout, "one\ntwo\n", 0, end: false);
        await AppendAsync(log, LogStream.Stderr, "oops\n", 0, end: true);
        await AppendAsync(log, LogStream.Stdout, "three <b>\n", 8, end: true);
    }

    private static ValueTask AppendAsync(TaskLogWriter log, LogStream stream, string text, long offset, bool end) =>
        log.AppendAsync(new LogSource("1.1", "1.1-1", stream), Encoding.UTF8.GetBytes(text), offset + text.Length, end, Cancellation);

    private static List<string> Tos(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("to").GetString()!)];

    private static List<string> Texts(JsonElement page) =>
        [.. page.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("text").GetString()!)];
}
