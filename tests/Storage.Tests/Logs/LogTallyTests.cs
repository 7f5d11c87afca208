using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Logs;
using static DurableAgentTasks.Storage.Tests.Logs.LogFixture;

namespace DurableAgentTasks.Storage.Tests.Logs;

public sealed class LogTallyTests : IDisposable
{
    private readonly LogFixture _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Lines_bytes_and_errors_are_those_of_the_whole_log_whoever_counts_from_where()
    {
        var followed = LogTally.Empty;
        long outOffset = 0, errOffset = 0;
        for (var life = 0; life < 4; life++)
        {
            using var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, new LogLimits(SegmentBytes: 2_000, Appends: 7), Cancellation);
            for (var i = 0; i < 25; i++)
            {
                await AppendAsync(writer, Out, "0123456789\n", outOffset);
                outOffset += 11;
                if (i % 5 != 0) continue;
                await AppendAsync(writer, Err, "oops\nagain\n", errOffset);
                errOffset += 11;
                followed = await AdvanceAsync(followed);
                Assert.Equal(new LogCounts(writer.LastSeq, outOffset + errOffset, errOffset / 11 * 2), followed.Counts);
            }

            Assert.Equal((await AdvanceAsync(followed)).Counts, (await AdvanceAsync(LogTally.Empty)).Counts);
        }

        Assert.True(_log.SegmentFiles().Count() > 10);
        Assert.Equal(new LogCounts(140, 1_320, 40), (await AdvanceAsync(LogTally.Empty)).Counts);
    }

    [Fact]
    public async Task To_begin_only_the_last_segment_is_read()
    {
        await WriteAsync();
        foreach (var file in _log.SegmentFiles().SkipLast(1)) await File.WriteAllTextAsync(file, "nothing of it can be read", Cancellation);
        Assert.Equal(new LogCounts(30, 330, 0), (await AdvanceAsync(LogTally.Empty)).Counts);
    }

    [Fact]
    public async Task A_log_whose_segments_do_not_tell_is_counted_from_its_beginning()
    {
        await WriteAsync();
        var begun = JsonSerializer.SerializeToUtf8Bytes(new[] { new LogPosition("1.1", "run-1", LogStream.Stdout, 7, InLine: false) }, TaskJson.Options);
        var read = LogBeginning.Read(begun);
        Assert.Null(read.Counts);
        Assert.Equal(7, Assert.Single(read.Positions).Offset);
        Assert.Equal(LogTally.Empty.Counts, (await LogTally.Empty.AdvanceAsync(_log.Store, TaskId.Parse("other"), Cancellation)).Counts);
    }

    private Task<LogTally> AdvanceAsync(LogTally tally) => tally.AdvanceAsync(_log.Store, _log.Task, Cancellation);

    private async Task WriteAsync()
    {
        using var writer = await TaskLogWriter.OpenAsync(_log.Store, _log.Task, _log.Time, new LogLimits(Appends: 4), Cancellation);
        for (var i = 0; i < 30; i++) await AppendAsync(writer, Out, "0123456789\n", i * 11);
    }
}
