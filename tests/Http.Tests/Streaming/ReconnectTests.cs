using System.Globalization;
using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

[Collection(nameof(Alone))]
public sealed class ReconnectTests : StreamTest
{
    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_line_comes_once_and_in_order_however_often_the_client_goes_and_comes(int seed)
    {
        const int Lines = 4_000;
        await StartAsync("t");
        var written = WriteAsync(new Random(seed), Lines);
        var random = new Random(-seed);
        var got = new List<string>();
        var connections = 0;
        while (!await ReadSomeAsync(random, got)) connections++;

        await written;
        Assert.Equal(Enumerable.Range(1, Lines).Select(TextOf), got);
        Assert.True(connections > 10, $"Only {connections} reconnects.");
    }

    /// <summary>Chunks that end anywhere, some of them nothing but a part of a line; now and then another step's writer.</summary>
    private async Task WriteAsync(Random random, int lines)
    {
        var log = await LiveLog.OpenAsync(Host, "t");
        var text = string.Concat(Enumerable.Range(1, lines).Select(line => TextOf(line) + "\n"));
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(random.Next(1, 600), text.Length - at);
            await log.AppendAsync(text.Substring(at, length));
            at += length;
            if (text[at - 1] == '\n') log = await log.ReopenAsync(Host, "t");
        }

        await log.DisposeAsync();
        await CompleteAsync("t");
    }

    /// <returns>Whether it was the end.</returns>
    private async Task<bool> ReadSomeAsync(Random random, List<string> got)
    {
        using var events = await ConnectAsync(lastEventId: got.Count);
        Assert.Equal(HttpStatusCode.OK, events.Response.StatusCode);
        for (var left = random.Next(1, 200); left > 0; left--)
        {
            var next = (await events.ReadAsync(Cancellation))!;
            if (next.Type == "end") return true;
            if (next.Type != "log") continue;
            got.Add(next.Text("text")!);
            Assert.Equal(got.Count, next.Id);
        }

        return false;
    }

    private static string TextOf(int line) => string.Create(CultureInfo.InvariantCulture, $"line {line} {new string('x', line % 97)}");
}
