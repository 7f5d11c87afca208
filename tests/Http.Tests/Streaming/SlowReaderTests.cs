using System.Text;
using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

[Collection(nameof(Alone))]
public sealed class SlowReaderTests : StreamTest
{
    [Fact(Timeout = 240_000)]
    public async Task Clients_that_do_not_read_hold_no_lines_in_memory_and_get_all_of_them_later()
    {
        const int Lines = 200_000;
        const int LinesPerChunk = 500;
        await StartAsync("t");
        var slow = new[] { await ConnectAsync(), await ConnectAsync() };
        foreach (var events in slow) await ReadAsync(events, 3);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // The writer is through although nobody reads: no append waits for a client.
        await using (var log = await LiveLog.OpenAsync(Host, "t"))
        {
            for (var line = 1; line <= Lines; line += LinesPerChunk) await log.AppendAsync(Chunk(line, LinesPerChunk));
        }

        // Queued for both, the lines would be 100 MB.
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage("Memory grew by {0:N0} bytes.", grown);
        Assert.True(grown < 24_000_000, $"Memory grew by {grown:N0} bytes.");

        await CompleteAsync("t");
        foreach (var events in slow) Assert.Equal(Lines, await CountAsync(events));
    }

    private static string Chunk(int first, int count)
    {
        var text = new StringBuilder();
        for (var line = first; line < first + count; line++) text.Append(line).Append(' ', 100).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads to the end; a client so slow that its connection was closed comes again, as all do.</summary>
    private async Task<long> CountAsync(EventReader events)
    {
        long last = 0;
        while (true)
        {
            try
            {
                while (await events.ReadAsync(Cancellation) is { } next)
                {
                    if (next.Type == "end") return last;
                    if (next.Type == "log") Assert.Equal(++last, next.Id);
                }
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                // Cut off in the middle.
            }

            events.Dispose();
            events = await ConnectAsync(lastEventId: last);
        }
    }
}
