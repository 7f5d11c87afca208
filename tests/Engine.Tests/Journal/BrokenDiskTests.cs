using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class BrokenDiskTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new();
    private volatile bool _failing;
    private int _flushesAfterFailure;

    public BrokenDiskTests() => _journal.Files = new WatchedFiles
    {
        Before = call =>
        {
            if (!_failing || call is not { IsSegment: true, Action: FileAction.Flush }) return;
            Interlocked.Increment(ref _flushesAfterFailure);
            throw new IOException("Input/output error");
        },
    };

    [Fact]
    public async Task After_a_failed_flush_nothing_is_acknowledged_any_more()
    {
        var logger = new SignalLogger("The disk of");
        _journal.Logger = logger;
        await using var store = _journal.Open();
        var stream = store.NextStream();
        await store.AppendAsync(stream, "durable");
        await _journal.UntilThereIsAsync(segment: 2);
        _failing = true;
        var failed = logger.Next();
        var never = store.AppendAsync(stream, "lost");
        await failed;
        _failing = false;

        Assert.Equal(JournalState.Broken, store.Health.State);
        var refused = Assert.Throws<JournalUnavailableException>(() => store.Append(stream, "refused"));
        Assert.Contains("restart", refused.Message, StringComparison.Ordinal);
        Assert.Throws<JournalUnavailableException>(() => store.TryAppend(stream, RecordMark.None, [], new DurableSignal()));
        await Assert.ThrowsAsync<JournalUnavailableException>(store.FlushAsync);
        await store.DisposeAsync();
        Assert.False(never.IsCompleted);
        Assert.Equal(1, _flushesAfterFailure);
    }

    [Fact]
    public async Task Those_who_wait_for_a_flush_are_told_that_it_failed()
    {
        await using var store = _journal.Open();
        var stream = store.NextStream();
        await store.AppendAsync(stream, "durable");
        _failing = true;
        store.Append(stream, "lost");
        await Assert.ThrowsAsync<JournalUnavailableException>(store.FlushAsync);
    }

    [Fact]
    public async Task What_was_durable_before_is_there_after_a_restart()
    {
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            await store.AppendAsync(stream, "durable");
            _failing = true;
            store.Append(stream, "unknown");
            await Assert.ThrowsAsync<JournalUnavailableException>(store.FlushAsync);
            Assert.Equal("durable", store.Read(stream)[0]);
        }

        _failing = false;
        Assert.Equal("durable", (await _journal.ReopenAsync()).Live[1][0]);
    }

    [Fact]
    public async Task A_compaction_of_which_nobody_knows_whether_it_became_true_stops_the_journal()
    {
        _journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                if (call.Action == FileAction.Rename && call.Path.EndsWith(".snapshot", StringComparison.Ordinal)) throw new IOException("Input/output error");
            },
        };
        await using (var store = _journal.Open())
        {
            await store.AppendAsync(store.NextStream(), "kept", RecordMark.End);
            await store.CompactAsync();
            Assert.Equal(JournalState.Broken, store.Health.State);
            Assert.Equal(["kept"], store.Read(1));
        }

        _journal.Files = new WatchedFiles();
        Assert.Equal(["kept"], (await _journal.ReopenAsync()).Live[1]);
    }

    public void Dispose() => _journal.Dispose();
}
