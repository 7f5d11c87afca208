using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class CompactionTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new(segmentBytes: 4096);

    [Fact]
    public async Task Live_streams_move_to_a_snapshot_from_their_last_begin_in_the_order_of_writing()
    {
        await using (var store = _journal.Open())
        {
            var (a, b) = (store.NextStream(), store.NextStream());
            store.Append(a, "old", RecordMark.Begin);
            store.Append(b, "b0", RecordMark.Begin);
            store.Append(a, "a0", RecordMark.Begin);
            store.Append(b, "b1");
            store.Append(a, "a1");
            await store.CompactAsync();
            Assert.Equal(["a0", "a1"], store.Read(a));
            store.Append(a, "a2");
            Assert.Equal(["a0", "a1", "a2"], store.Read(a));
        }

        Assert.Single(Files("*.snapshot"));
        await using var again = _journal.Open(out var told);
        Assert.Equal(["b0", "a0", "b1", "a1", "a2"], told.InOrder);
        Assert.Equal(["a0", "a1", "a2"], again.Read(1));
        Assert.Equal(["b0", "b1"], again.Read(2));
    }

    [Fact]
    public async Task Of_an_ended_stream_only_the_end_is_told_but_all_can_be_read()
    {
        await using (var store = _journal.Open())
        {
            var (a, b) = (store.NextStream(), store.NextStream());
            store.Append(a, "a0", RecordMark.Begin);
            store.Append(b, "b0", RecordMark.Begin);
            store.Append(a, "a1", RecordMark.End);
            await store.CompactAsync();
            Assert.Equal(["a0", "a1"], store.Read(a));
        }

        await using var again = _journal.Open(out var told);
        Assert.Equal(new Dictionary<ulong, string> { [1] = "a1" }, told.Archived);
        Assert.Equal(["b0"], told.InOrder);
        Assert.Equal(["a0", "a1"], again.Read(1));
    }

    [Fact]
    public async Task An_archived_stream_may_begin_again()
    {
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            store.Append(stream, "first life", RecordMark.Begin | RecordMark.End);
            await store.CompactAsync();
            Assert.Throws<InvalidOperationException>(() => store.Append(stream, "late"));
            store.Append(stream, "second life", RecordMark.Begin);
            Assert.Equal(["second life"], store.Read(stream));
        }

        await using (var store = _journal.Open(out var told))
        {
            Assert.Equal(["second life"], told.Live[1]);
            await store.CompactAsync();
            store.Append(1, "its end", RecordMark.End);
            await store.CompactAsync();
        }

        await using var again = _journal.Open(out var last);
        Assert.Empty(last.Live);
        Assert.Equal(new Dictionary<ulong, string> { [1] = "its end" }, last.Archived);
        Assert.Equal(["second life", "its end"], again.Read(1));
    }

    [Fact]
    public async Task What_was_purged_leaves_the_disk_but_its_number_is_not_used_again()
    {
        await using (var store = _journal.Open())
        {
            for (var i = 0; i < 50; i++) store.Append(store.NextStream(), new string('x', 1000), RecordMark.Begin | RecordMark.End);
            await store.CompactAsync();
            Assert.True(Size() > 50_000);
            for (var stream = 1UL; stream <= 50; stream++) store.Append(stream, "", RecordMark.Purge);
            await store.CompactAsync();
        }

        Assert.Empty(Files("*.archive"));
        Assert.True(Size() < 20_000, $"{Size()} bytes are left");
        await using var again = _journal.Open(out var told);
        Assert.Empty(told.Archived);
        Assert.Equal(51UL, again.NextStream());
    }

    [Fact]
    public async Task Dead_archives_go_without_being_asked()
    {
        var compacted = new SignalLogger("Compacted");
        _journal.Logger = compacted;
        await using var store = _journal.Open();
        for (var i = 0; i < 50; i++) store.Append(store.NextStream(), new string('x', 1000), RecordMark.Begin | RecordMark.End);
        await store.CompactAsync();
        var again = compacted.Next();
        for (var stream = 1UL; stream <= 50; stream++) await store.AppendAsync(stream, "", RecordMark.Purge);
        await again;
        Assert.True(Size() < 50_000, $"{Size()} bytes are left");
    }

    [Fact]
    public async Task The_disk_holds_what_lives_however_much_was_written()
    {
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            for (var i = 0; i < 200; i++)
            {
                store.Append(stream, new string('x', 1000), RecordMark.Begin);
                if (i % 10 == 9) await store.CompactAsync();
            }
        }

        Assert.True(Size() < 20_000, $"{Size()} bytes are left");
    }

    [Fact]
    public async Task It_compacts_by_itself_when_the_closed_segments_outgrow_the_snapshot()
    {
        var compacted = new SignalLogger("Compacted");
        _journal.Logger = compacted;
        await using var store = _journal.Open();
        var first = compacted.Next();
        var stream = store.NextStream();
        for (var i = 0; i < 20; i++) await store.AppendAsync(stream, new string('x', 1000), RecordMark.Begin);
        await first;
        Assert.NotEmpty(Files("*.snapshot"));
    }

    [Fact]
    public async Task A_stream_can_be_read_while_it_is_appended_to_and_compacted()
    {
        await using var store = _journal.Open();
        var streams = Enumerable.Range(0, 8).Select(_ => store.NextStream()).ToArray();
        var done = new CancellationTokenSource();
        var compacting = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await store.CompactAsync();
        });
        await Task.WhenAll(streams.Select(stream => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await store.AppendAsync(stream, $"{stream}-{i}", i == 0 ? RecordMark.Begin : RecordMark.None);
                Assert.Equal(Enumerable.Range(0, i + 1).Select(n => $"{stream}-{n}"), store.Read(stream));
            }
        })));
        await done.CancelAsync();
        await compacting;
    }

    public void Dispose() => _journal.Dispose();

    private string[] Files(string pattern) => Directory.GetFiles(_journal.Directory, pattern);

    private long Size() => new DirectoryInfo(_journal.Directory).EnumerateFiles().Sum(file => file.Length);
}
