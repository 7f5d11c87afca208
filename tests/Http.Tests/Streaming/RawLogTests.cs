using System.Net;
using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class RawLogTests : StreamTest
{
    [Theory]
    [InlineData("", "out \0 \u001b[31m\r\nerr\nlast")]
    [InlineData("?stream=stdout", "out \0 \u001b[31m\r\nlast")]
    [InlineData("?stream=stderr", "err\n")]
    [InlineData("?stream=system", "")]
    public async Task The_log_comes_byte_for_byte(string query, string expected)
    {
        await StartAsync("t");
        using (var log = await TaskLogWriter.OpenAsync(Host.Blobs, TaskId.Parse("t"), TimeProvider.System, Cancellation))
        {
            await AppendAsync(log, LogStream.Stdout, "out \0 \u001b[31m\r\n", 0);
            await AppendAsync(log, LogStream.Stderr, "err\n", 0);
            await AppendAsync(log, LogStream.Stdout, "last", 13, end: true);
        }

        using var response = await Client.GetAsync($"/api/tasks/t/logs/raw{query}", Cancellation);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Cancellation)));
    }

    [Fact]
    public async Task A_bad_stream_is_refused()
    {
        await StartAsync("t");
        using var response = await Client.GetAsync("/api/tasks/t/logs/raw?stream=both", Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters");
    }

    private static ValueTask AppendAsync(TaskLogWriter log, LogStream stream, string text, long offset, bool end = false) =>
        log.AppendAsync(new LogSource("1.1", "1.1.1", stream), Encoding.UTF8.GetBytes(text), offset + text.Length, end, Cancellation);
}
