using System.Text;
using DurableAgentTasks.Storage.Logs;
using static DurableAgentTasks.Storage.Tests.Logs.LogFixture;

namespace DurableAgentTasks.Storage.Tests.Logs;

public sealed class TaskLogReaderTests : IDisposable
{
    private readonly LogFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_page_goes_on_where_the_page_before_ended()
    {
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Out, string.Concat(Enumerable.Range(1, 100).Select(i => $"line {i}\n")));
        var reader = _log.Reader();

        var first = await reader.ReadPageAsync(0, 30, null, Cancellation);
        Assert.Equal((30, 30, "line 30"), (first.Lines.Count, first.Next, first.Lines[^1].Text));
        var last = await reader.ReadPageAsync(95, 30, null, Cancellation);
        Assert.Equal([96, 97, 98, 99, 100], last.Lines.Select(line => line.Seq));
        Assert.Equal((0, 100), await CountAndNextAsync(reader, 100));
        Assert.Equal((0, 5_000), await CountAndNextAsync(reader, 5_000));
        var again = await reader.ReadPageAsync(2, 1, null, Cancellation);
        Assert.Equal("line 3", Assert.Single(again.Lines).Text);
    }

    [Fact]
    public async Task One_stream_is_read_past_the_lines_of_others()
    {
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Err, "e1\n");
        await AppendAsync(writer, Out, "o1\no2\n");
        await AppendAsync(writer, Err, "e2\n", from: 3);
        await AppendAsync(writer, Out, "o3\n", from: 6);

        var page = await _log.Reader().ReadPageAsync(0, 10, LogStream.Stderr, Cancellation);
        Assert.Equal([(1, "e1"), (4, "e2")], page.Lines.Select(line => (line.Seq, line.Text)));
        Assert.Equal(5, page.Next);
        Assert.Equal(["e2"], (await _log.Reader().ReadTailAsync(1, LogStream.Stderr, Cancellation)).Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task The_tail_is_the_last_lines_over_segments()
    {
        using var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, new LogLimits(Appends: 3), Cancellation);
        for (var i = 0; i < 20; i++) await AppendAsync(writer, Out, $"{i:D2}a\n{i:D2}b\n", from: i * 8);

        var tail = await _log.Reader().ReadTailAsync(9, null, Cancellation);
        Assert.Equal((9, 32, "15b", "19b", 40), (tail.Lines.Count, tail.Lines[0].Seq, tail.Lines[0].Text, tail.Lines[^1].Text, tail.Next));
        Assert.Equal(40, (await _log.Reader().ReadTailAsync(1_000, null, Cancellation)).Lines.Count);
        Assert.Empty((await new TaskLogReader(_log.Store, Core.Tasks.TaskId.Parse("none")).ReadTailAsync(5, null, Cancellation)).Lines);
    }

    [Fact]
    public async Task A_reader_follows_while_the_log_is_written()
    {
        using var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, new LogLimits(Appends: 4), Cancellation);
        var reader = _log.Reader();
        long after = 0;
        for (var i = 0; i < 30; i++)
        {
            await AppendAsync(writer, i % 3 == 0 ? Err : Out, $"{i}\n", from: i * 10);
            var page = await reader.ReadPageAsync(after, 10, null, Cancellation);
            Assert.Equal($"{i}", Assert.Single(page.Lines).Text);
            after = page.Next;
        }
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    public async Task A_long_line_is_cut_between_characters(int bytes, bool truncated)
    {
        // 'x' first, so that a two-byte character lies across the cut.
        var line = bytes % 2 == 0 ? new string('é', bytes / 2) : "x" + new string('é', bytes / 2);
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Out, line + "\r\n");

        var shown = Assert.Single(await _log.AllAsync());
        Assert.Equal(truncated, shown.Truncated);
        Assert.Equal(truncated ? line[..^1] : line, shown.Text);
        Assert.Equal(line + "\r\n", Encoding.UTF8.GetString(await _log.RawAsync()));
    }

    [Fact]
    public async Task A_page_of_long_lines_is_shorter_but_never_stuck()
    {
        using var writer = await _log.OpenAsync();
        for (var i = 0; i < 100; i++) await AppendAsync(writer, Out, new string('x', 200_000) + "\n", from: i * 200_001);

        var page = await _log.Reader().ReadPageAsync(0, 100, null, Cancellation);
        Assert.InRange(page.Lines.Count, 1, 99);
        Assert.Equal(100, (await _log.AllAsync(limit: 100)).Count);
        Assert.Equal(100, (await _log.Reader().ReadTailAsync(50, null, Cancellation)).Lines[^1].Seq);
    }

    [Fact]
    public async Task In_the_raw_log_other_lines_begin_on_lines_of_their_own()
    {
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Out, "no end", end: true);
        await AppendAsync(writer, new LogSource("1.2", "run-2", LogStream.Stdout), "next\n");
        await AppendAsync(writer, Err, "err\n");

        Assert.Equal("no end\nnext\nerr\n", Encoding.UTF8.GetString(await _log.RawAsync()));
        Assert.Equal("err\n", Encoding.UTF8.GetString(await _log.RawAsync(LogStream.Stderr)));
        Assert.Equal(["no end", "next", "err"], (await _log.AllAsync()).Select(line => line.Text));
    }

    private static async Task<(int Count, long Next)> CountAndNextAsync(TaskLogReader reader, long after)
    {
        var page = await reader.ReadPageAsync(after, 10, null, Cancellation);
        return (page.Lines.Count, page.Next);
    }
}
