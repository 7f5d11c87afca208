using System.Text;
using DurableAgentTasks.Storage.Logs;
using static DurableAgentTasks.Storage.Tests.Logs.LogFixture;

namespace DurableAgentTasks.Storage.Tests.Logs;

public sealed class TaskLogWriterTests : IDisposable
{
    private readonly LogFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Lines_of_all_streams_share_one_sequence_without_gaps()
    {
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Out, "a\nb\n");
        await AppendAsync(writer, Err, "oops\n");
        await writer.SystemLineAsync("step 1.1 has ended", Cancellation);
        await AppendAsync(writer, Out, "c\n", from: 4);

        Assert.Equal(5, writer.LastSeq);
        Assert.Equal(
            [
                (1, LogStream.Stdout, "1.1", "a"), (2, LogStream.Stdout, "1.1", "b"), (3, LogStream.Stderr, "1.1", "oops"),
                (4, LogStream.System, null, "step 1.1 has ended"), (5, LogStream.Stdout, "1.1", "c"),
            ],
            (await _log.AllAsync()).Select(line => (line.Seq, line.Stream, line.StepId, line.Text)));
        Assert.All(await _log.AllAsync(), line => Assert.Equal(_log.Time.GetUtcNow(), line.Time));
    }

    [Fact]
    public async Task A_line_cut_between_calls_is_one_line_and_waits_for_its_end()
    {
        using var writer = await _log.OpenAsync();
        await AppendAsync(writer, Out, "one, ");
        await AppendAsync(writer, Out, "two", from: 5);
        Assert.Equal(0, writer.LastSeq);
        Assert.Equal(0, writer.OffsetOf("run-1", LogStream.Stdout));

        await AppendAsync(writer, Out, "\nthree", from: 8);
        Assert.Equal(9, writer.OffsetOf("run-1", LogStream.Stdout));
        Assert.Equal(["one, two"], (await _log.AllAsync()).Select(line => line.Text));
        await AppendAsync(writer, Out, "", from: 14, end: true);
        Assert.Equal(["one, two", "three"], (await _log.AllAsync()).Select(line => line.Text));
        Assert.Equal(14, writer.OffsetOf("run-1", LogStream.Stdout));
    }

    [Theory]
    [InlineData(65_536, false)]
    [InlineData(65_537, true)]
    public async Task A_line_that_comes_in_pieces_is_shown_up_to_64_kibibytes(int length, bool truncated)
    {
        using var writer = await _log.OpenAsync();
        for (var sent = 0; sent < length; sent += 1_000)
        {
            await AppendAsync(writer, Out, new string('x', Math.Min(1_000, length - sent)), from: sent);
        }

        await AppendAsync(writer, Out, "\nnext\n", from: length);
        var lines = await _log.AllAsync();
        Assert.Equal([65_536, 4], lines.Select(line => line.Text.Length));
        Assert.Equal([truncated, false], lines.Select(line => line.Truncated));
    }

    [Fact]
    public async Task After_a_crash_the_source_is_appended_from_where_the_log_has_it()
    {
        const string Output = "first\nsecond\nthird\n";
        using (var writer = await _log.OpenAsync()) await AppendAsync(writer, Out, Output[..9]);

        using var next = await _log.OpenAsync();
        var offset = next.OffsetOf("run-1", LogStream.Stdout);
        Assert.Equal(6, offset);
        await AppendAsync(next, Out, Output[(int)offset..], offset);
        Assert.Equal([(1, "first"), (2, "second"), (3, "third")], (await _log.AllAsync()).Select(line => (line.Seq, line.Text)));
        Assert.Equal(0, next.OffsetOf("run-2", LogStream.Stdout));
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off_and_never_read_again()
    {
        using (var writer = await _log.OpenAsync())
        {
            await AppendAsync(writer, Out, "kept\n");
            await AppendAsync(writer, Out, "torn off\n", from: 5);
        }

        var segment = Assert.Single(_log.SegmentFiles());
        var whole = await File.ReadAllBytesAsync(segment, Cancellation);
        var frame = LogFrame.HeaderLength("1.1", "run-1") + "torn off\n".Length;
        for (var cut = 1; cut <= frame; cut++)
        {
            await File.WriteAllBytesAsync(segment, whole[..^cut], Cancellation);
            Assert.Equal(["kept"], (await _log.AllAsync()).Select(line => line.Text));

            using var next = await _log.OpenAsync();
            Assert.Equal((1, 5), (next.LastSeq, next.OffsetOf("run-1", LogStream.Stdout)));
            await AppendAsync(next, Out, "again\n", from: 5);
            Assert.Equal([(1, "kept"), (2, "again")], (await _log.AllAsync()).Select(line => (line.Seq, line.Text)));
        }
    }

    [Fact]
    public async Task A_torn_first_append_leaves_an_empty_log()
    {
        using (var writer = await _log.OpenAsync()) await AppendAsync(writer, Out, "torn off\n");
        var segment = Assert.Single(_log.SegmentFiles());
        var whole = await File.ReadAllBytesAsync(segment, Cancellation);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(segment, whole[..length], Cancellation);
            using var next = await _log.OpenAsync();
            Assert.Equal((0, 0), (next.LastSeq, next.OffsetOf("run-1", LogStream.Stdout)));
            await AppendAsync(next, Out, "again\n");
            Assert.Equal([(1, "again")], (await _log.AllAsync()).Select(line => (line.Seq, line.Text)));
        }
    }

    [Fact]
    public async Task A_tail_whose_bytes_a_power_failure_lost_is_cut_off_too()
    {
        using (var writer = await _log.OpenAsync())
        {
            await AppendAsync(writer, Out, "kept\n");
            await AppendAsync(writer, Out, "zeros\n", from: 5);
        }

        var segment = Assert.Single(_log.SegmentFiles());
        var bytes = await File.ReadAllBytesAsync(segment, Cancellation);
        bytes.AsSpan(^4..).Clear();
        await File.WriteAllBytesAsync(segment, bytes, Cancellation);
        Assert.Equal("kept\n", Encoding.UTF8.GetString(await _log.RawAsync()));
        using var next = await _log.OpenAsync();
        Assert.Equal(1, next.LastSeq);
    }

    [Fact]
    public async Task New_segments_carry_the_positions_of_quiet_sources_on()
    {
        var limits = new LogLimits(SegmentBytes: 2_000, Appends: 5);
        using (var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, limits, Cancellation))
        {
            await AppendAsync(writer, Err, "quiet\n");
            for (var i = 0; i < 40; i++) await AppendAsync(writer, Out, $"line {i:D4}\n", from: i * 10);
        }

        Assert.True(_log.SegmentFiles().Count() > 5);
        using var next = await _log.OpenAsync();
        Assert.Equal((41, 6, 400), (next.LastSeq, next.OffsetOf("run-1", LogStream.Stderr), next.OffsetOf("run-1", LogStream.Stdout)));
        Assert.Equal(Enumerable.Range(1, 41).Select(seq => (long)seq), (await _log.AllAsync()).Select(line => line.Seq));
        Assert.Equal(["line 0031"], (await _log.Reader().ReadPageAsync(32, 1, null, Cancellation)).Lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_line_longer_than_segments_is_kept_whole_and_shown_by_its_beginning()
    {
        var line = new byte[5_000_000];
        new Random(1).NextBytes(line);
        line.AsSpan().Replace((byte)'\n', (byte)0);
        var limits = new LogLimits(SegmentBytes: 1_500_000);
        using (var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, limits, Cancellation))
        {
            await AppendAsync(writer, Err, "before\n");
            await writer.AppendAsync(Out, line.AsMemory(0, 3_000_000), 3_000_000, endOfStream: false, Cancellation);
        }

        using (var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, limits, Cancellation))
        {
            var from = (int)writer.OffsetOf("run-1", LogStream.Stdout);
            await AppendAsync(writer, Err, "between\n", from: 7);
            await writer.AppendAsync(Out, line.AsMemory(from), line.Length, endOfStream: false, Cancellation);
            await AppendAsync(writer, Out, "\nafter\n", from: line.Length);
        }

        byte[] expected = [.. line, .. "\nafter\n"u8];
        Assert.Equal(expected, await _log.RawAsync(LogStream.Stdout));
        var lines = await _log.AllAsync();
        Assert.Equal([1, 2, 3, 4], lines.Select(found => found.Seq));
        Assert.Equal(["before", "between", "after"], lines.Where(found => !found.Truncated).Select(found => found.Text));
        Assert.StartsWith(lines[1].Text[..1000], Encoding.UTF8.GetString(line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_decoded_on_the_way()
    {
        byte[] bytes = [0, 0xFF, 0xC3, (byte)'\n', 0xC3, 0xA9, (byte)'\r', (byte)'\n', (byte)'\n', 0xF0, 0x9F];
        using var writer = await _log.OpenAsync();
        foreach (var (value, i) in bytes.Select((value, i) => (value, i)))
        {
            await writer.AppendAsync(Out, new[] { value }, i + 1, endOfStream: i == bytes.Length - 1, Cancellation);
        }

        Assert.Equal(bytes, await _log.RawAsync());
        Assert.Equal(["\0\uFFFD\uFFFD", "é", "", "\uFFFD"], (await _log.AllAsync()).Select(line => line.Text));
    }

    [Fact]
    public async Task A_writer_that_another_has_followed_gets_to_know_and_writes_no_more()
    {
        using var old = await _log.OpenAsync();
        await AppendAsync(old, Out, "a\n");
        using var heir = await _log.OpenAsync();
        await AppendAsync(heir, Out, "b\n", from: 2);

        await Assert.ThrowsAsync<LogSupersededException>(() => AppendAsync(old, Out, "c\n", from: 2));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(old, Out, "d\n", from: 2));
        Assert.Equal(["a", "b"], (await _log.AllAsync()).Select(line => line.Text));
    }

    [Fact]
    public async Task Who_waits_for_a_line_wakes_up_when_it_is_stored_and_when_no_more_will_come()
    {
        var writer = await _log.OpenAsync();
        var second = writer.WaitAsync(1, Cancellation).AsTask();
        await AppendAsync(writer, Out, "one\n");
        Assert.False(second.IsCompleted);
        Assert.True(await writer.WaitAsync(0, Cancellation));
        await AppendAsync(writer, Out, "two\n", from: 4);
        Assert.True(await second);

        var third = writer.WaitAsync(2, Cancellation).AsTask();
        writer.Dispose();
        Assert.False(await third);
    }

    [Fact]
    public async Task Random_chunks_of_two_outputs_with_crashes_between_add_up_to_the_outputs()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            using var log = new LogFixture();
            await RunRandomAsync(log, new Random(seed));
        }
    }

    private static async Task RunRandomAsync(LogFixture log, Random random)
    {
        var outputs = new[] { Out, Err }.ToDictionary(source => source, _ => RandomOutput(random));
        var limits = new LogLimits(random.Next(1_000, 300_000), random.Next(2, 50));
        var done = false;
        while (!done)
        {
            using var writer = await TaskLogWriter.OpenAsync(log.Store, log.Task, log.Time, limits, Cancellation);
            var sent = outputs.Keys.ToDictionary(source => source, source => (int)writer.OffsetOf(source.Run, source.Stream));
            for (var steps = random.Next(1, 60); steps > 0; steps--)
            {
                var source = random.Next(2) == 0 ? Out : Err;
                var length = Math.Min(random.Next(0, 40_000), outputs[source].Length - sent[source]);
                var bytes = outputs[source].AsMemory(sent[source], length);
                sent[source] += length;
                await writer.AppendAsync(source, bytes, sent[source], sent[source] == outputs[source].Length, Cancellation);
            }

            done = outputs.All(output => sent[output.Key] == output.Value.Length);
            if (!done) await TearAsync(log, random);
        }

        foreach (var (source, output) in outputs) Assert.Equal(output, await log.RawAsync(source.Stream));
        var lines = await log.AllAsync(limit: 7);
        Assert.Equal(Enumerable.Range(1, lines.Count).Select(seq => (long)seq), lines.Select(line => line.Seq));
        Assert.Equal(outputs.Values.Sum(CountLines), lines.Count);
    }

    private static async Task TearAsync(LogFixture log, Random random)
    {
        var last = log.SegmentFiles().LastOrDefault();
        if (last is null || random.Next(2) == 0) return;
        await using var file = new FileStream(last, FileMode.Open);
        file.SetLength(Math.Max(0, file.Length - random.Next(0, 2_000)));
    }

    private static byte[] RandomOutput(Random random)
    {
        var bytes = new byte[random.Next(0, 400_000)];
        random.NextBytes(bytes);
        var lineLength = random.Next(1, 200_000);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n') bytes[i] = 0;
            if (random.Next(lineLength) == 0) bytes[i] = (byte)'\n';
        }

        return bytes;
    }

    private static int CountLines(byte[] output) => output.AsSpan().Count((byte)'\n') + (output is [] or [.., (byte)'\n'] ? 0 : 1);
}
