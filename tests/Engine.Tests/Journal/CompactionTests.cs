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

    [Fact(Timeout = 30_000)]
    public async Task Dead_archives_go_without_being_asked()
    {
        await using var store = _journal.Open();
        for (var i = 0; i < 50; i++) store.Append(store.NextStream(), new string('x', 1000), RecordMark.Begin | RecordMark.End);
        await store.CompactAsync();
        for (var stream = 1UL; stream <= 50; stream++) await store.AppendAsync(stream, "", RecordMark.Purge);

        // The compaction that the purges begin may do so before the last of them; then the next purge is the next occasion.
        while (Size() >= 50_000) await store.AppendAsync(store.NextStream(), "", RecordMark.Purge);
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
        await FillSegmentsAsync(store, stream);
        await first;
        Assert.NotEmpty(Files("*.snapshot"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Segments_that_close_while_a_compaction_ends_are_compacted_next()
    {
        var log = new SignalLogger();
        _journal.Logger = log;
        await using var store = _journal.Open();
        var stream = store.NextStream();
        var compactions = 0;
        var second = new TaskCompletionSource();
        log.Before = message =>
        {
            if (!message.StartsWith("Compacted", StringComparison.Ordinal)) return;
            if (Interlocked.Increment(ref compactions) == 1) FillSegmentsAsync(store, stream).Wait(TestContext.Current.CancellationToken);
            else second.TrySetResult();
        };
        while (Volatile.Read(ref compactions) == 0) await store.AppendAsync(stream, new string('x', 1000), RecordMark.Begin);
        await second.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Streams_live_end_and_go_while_they_are_read_and_compacted()
    {
        var streams = Array.Empty<ModelStream>();
        var numbers = Array.Empty<ulong>();
        await using (var store = _journal.Open())
        {
            using var done = new CancellationTokenSource();
            var compacting = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested) await store.CompactAsync();
            });
            numbers = [.. Enumerable.Range(0, 16).Select(_ => store.NextStream())];
            streams = await Task.WhenAll(numbers.Select(stream => Task.Run(() => LiveAsync(store, stream))));
            await done.CancelAsync();
            await compacting;
        }

        await using var again = _journal.Open(out var told);
        foreach (var (number, stream) in numbers.Zip(streams))
        {
            Assert.Equal(stream.Records, again.Read(number));
            Assert.Equal(stream.Records.Count > 0, told.Live.ContainsKey(number) || told.Archived.ContainsKey(number));
            if (!stream.HasEnded) Assert.Equal(stream.Records, told.Live.GetValueOrDefault(number) ?? []);
        }
    }

    [Fact]
    public async Task A_begin_that_is_not_durable_yet_does_not_cost_an_archived_stream_its_past()
    {
        var compacted = new SignalLogger("Compacted");
        JournalFolderFixture? crashed = null;
        await using (var store = _journal.Open())
        {
            store.Append(store.NextStream(), "archived", RecordMark.End);
            await store.CompactAsync();
        }

        // The segments that the compaction folds close when the writer comes to the next: just then it loses its power.
        _journal.Logger = compacted;
        var folded = compacted.Next();
        _journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                if (call is not { Action: FileAction.Write, Offset: > 0 } || call.Path != _journal.Segment(4) || crashed is not null) return;
                folded.Wait(TestContext.Current.CancellationToken);
                crashed = _journal.Copy();
            },
        };
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            for (var i = 0; i < 7; i++) await store.AppendAsync(stream, new string('x', 1000), RecordMark.Begin);
            store.Append(1, new string('x', 1000), RecordMark.Begin);
            await store.FlushAsync();
        }

        using (crashed)
        {
            await using var again = crashed!.Open(out var told);
            Assert.Equal("archived", told.Archived[1]);
            Assert.Equal(["archived"], again.Read(1));
        }
    }

    public void Dispose() => _journal.Dispose();

    private string[] Files(string pattern) => Directory.GetFiles(_journal.Directory, pattern);

    private long Size() => new DirectoryInfo(_journal.Directory).EnumerateFiles().Where(file => file.Exists).Sum(file => file.Length);

    /// <summary>Appends what no segment holds alone, until it is on the disk.</summary>
    private static async Task FillSegmentsAsync(JournalStore store, ulong stream)
    {
        for (var i = 0; i < 20; i++) await store.AppendAsync(stream, new string('x', 1000), RecordMark.Begin);
    }

    /// <summary>A stream's random life, held against what can be read at every step.</summary>
    private static async Task<ModelStream> LiveAsync(JournalStore store, ulong stream)
    {
        var random = new Random((int)stream);
        var model = new ModelStream([], HasEnded: false);
        for (var i = 0; i < 200; i++)
        {
            var mark = random.Next(10) switch
            {
                0 => RecordMark.Begin,
                1 => RecordMark.End,
                2 when i > 150 => RecordMark.Purge,
                _ => RecordMark.None,
            };
            if (model.HasEnded && mark is not RecordMark.Purge) mark = RecordMark.Begin;
            var text = $"{stream}-{i}-{new string('.', random.Next(200))}";
            await store.AppendAsync(stream, text, mark);
            if (mark == RecordMark.Purge) return new ModelStream([], HasEnded: false);
            model = new ModelStream(mark == RecordMark.Begin ? [text] : [.. model.Records, text], mark == RecordMark.End);
            Assert.Equal(model.Records, store.Read(stream));
        }

        return model;
    }
}
