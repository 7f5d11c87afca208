using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class JournalStoreTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new();

    [Fact]
    public async Task What_was_appended_is_told_at_the_next_opening_in_order()
    {
        await using (var store = _journal.Open())
        {
            var (a, b) = (store.NextStream(), store.NextStream());
            store.Append(a, "a0", RecordMark.Begin);
            store.Append(b, "b0", RecordMark.Begin);
            await store.AppendAsync(a, "a1");
            store.Append(b, "b1", RecordMark.End);
        }

        var told = await _journal.ReopenAsync();
        Assert.Equal(["a0", "b0", "a1", "b1"], told.InOrder);
    }

    [Fact]
    public async Task A_stream_is_read_from_its_last_begin_whether_flushed_or_not()
    {
        await using var store = _journal.Open();
        var stream = store.NextStream();
        store.Append(stream, "old", RecordMark.Begin);
        await store.AppendAsync(stream, "first", RecordMark.Begin);
        store.Append(stream, "second");
        Assert.Equal(["first", "second"], store.Read(stream));
    }

    [Fact]
    public async Task A_purged_stream_is_gone()
    {
        ulong stream;
        await using (var store = _journal.Open())
        {
            stream = store.NextStream();
            store.Append(stream, "x", RecordMark.Begin);
            store.Append(stream, "", RecordMark.Purge);
            Assert.Empty(store.Read(stream));
        }

        await using var again = _journal.Open(out var told);
        Assert.Empty(told.Live);
        Assert.Empty(again.Read(stream));
    }

    [Fact]
    public async Task Only_a_begin_or_a_purge_may_follow_an_end()
    {
        await using var store = _journal.Open();
        var stream = store.NextStream();
        store.Append(stream, "end", RecordMark.End);
        Assert.Throws<InvalidOperationException>(() => store.Append(stream, "late"));
        store.Append(stream, "again", RecordMark.Begin);
        Assert.Equal(["again"], store.Read(stream));
    }

    [Fact]
    public async Task A_stream_number_is_never_given_twice()
    {
        ulong highest;
        await using (var store = _journal.Open())
        {
            store.NextStream();
            highest = store.NextStream();
            store.Append(highest, "x");
        }

        await using var again = _journal.Open();
        Assert.Equal(highest + 1, again.NextStream());
    }

    [Fact]
    public async Task Records_larger_than_a_segment_and_empty_ones_are_kept()
    {
        var large = new string('x', 200_000);
        ulong stream;
        await using (var store = _journal.Open())
        {
            stream = store.NextStream();
            foreach (var text in new[] { "small", large, "", large, "last" }) store.Append(stream, text);
            Assert.Equal(["small", large, "", large, "last"], store.Read(stream));
        }

        await using var again = _journal.Open(out var told);
        Assert.Equal(["small", large, "", large, "last"], told.Live[stream]);
        Assert.Equal(["small", large, "", large, "last"], again.Read(stream));
    }

    [Fact]
    public async Task A_log_of_many_segments_is_told_whole()
    {
        ulong stream;
        var texts = Enumerable.Range(0, 5_000).Select(i => $"record {i} {new string('.', i % 300)}").ToArray();
        await using (var store = _journal.Open())
        {
            stream = store.NextStream();
            foreach (var text in texts) store.Append(stream, text);
            await store.FlushAsync();
            Assert.Equal(texts, store.Read(stream));
        }

        await using var again = _journal.Open(out var told);
        Assert.Equal(texts, told.Live[stream]);
        Assert.Equal(texts, again.Read(stream));
    }

    [Fact]
    public async Task A_second_opener_is_refused_and_told_who_has_it()
    {
        await using (var store = _journal.Open())
        {
            var refused = Assert.Throws<JournalInUseException>(() => _journal.Open());
            Assert.Contains($"pid {Environment.ProcessId} ", refused.Message, StringComparison.Ordinal);
        }

        await _journal.ReopenAsync();
    }

    [Fact]
    public async Task A_lock_left_by_a_dead_process_is_no_obstacle()
    {
        await File.WriteAllTextAsync(Path.Combine(_journal.Directory, "lock"), "pid 1 on elsewhere");
        await _journal.ReopenAsync();
    }

    public void Dispose() => _journal.Dispose();
}
