using System.Collections.Concurrent;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class GroupCommitTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new();

    [Fact]
    public async Task What_gathers_during_a_flush_goes_with_one_write_and_one_flush()
    {
        using var flushMayEnd = new ManualResetEventSlim();
        var flushBegan = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writes = new ConcurrentQueue<FileCall>();
        _journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                if (call is { IsSegment: true, Action: FileAction.Write, Offset: > 0 }) writes.Enqueue(call);
                if (call is not { IsSegment: true, Action: FileAction.Flush } || writes.IsEmpty) return;
                flushBegan.TrySetResult();
                flushMayEnd.Wait(TestContext.Current.CancellationToken);
            },
        };
        await using var store = _journal.Open();
        var stream = store.NextStream();
        var first = store.AppendAsync(stream, "first");
        await flushBegan.Task;
        var others = Enumerable.Range(0, 100).Select(i => store.AppendAsync(stream, $"other {i}")).ToArray();
        Assert.DoesNotContain(others, other => other.IsCompleted);
        flushMayEnd.Set();
        await first;
        await Task.WhenAll(others);
        Assert.Equal(2, writes.Count);
    }

    [Fact]
    public async Task A_record_nobody_waits_for_goes_to_the_disk_some_milliseconds_later()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                if (call is { IsSegment: true, Action: FileAction.Write, Offset: > 0 }) written.TrySetResult();
            },
        };
        await using var store = _journal.Open();
        store.Append(store.NextStream(), "lazy");
        _journal.Time.Advance(JournalStore.LazyFlush - TimeSpan.FromTicks(1));
        Assert.False(written.Task.IsCompleted);
        _journal.Time.Advance(TimeSpan.FromTicks(1));
        await written.Task;
    }

    [Fact]
    public async Task A_flush_waits_for_all_that_was_appended_before_and_for_nothing_else()
    {
        await using var store = _journal.Open();
        await store.FlushAsync();
        var stream = store.NextStream();
        store.Append(stream, "lazy");
        await store.FlushAsync();
        using var crashed = _journal.Copy();
        Assert.Equal(["lazy"], (await crashed.ReopenAsync()).Live[stream]);
    }

    [Fact]
    public async Task Callbacks_come_in_the_order_of_the_appends_with_many_threads_appending()
    {
        const int Threads = 8;
        const int Each = 2_000;
        var told = new List<(ulong Stream, int Number)>();
        await using (var store = _journal.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
            {
                var stream = store.NextStream();
                for (var i = 0; i < Each; i++)
                {
                    var number = i;
                    store.Append(stream, RecordMark.None, BitConverter.GetBytes(i), new Callback(() => told.Add((stream, number))));
                }
            })));
            await store.FlushAsync();
        }

        Assert.Equal(Threads * Each, told.Count);
        var reader = new OrderReader();
        await using var again = JournalStore.Open(
            new JournalOptions { Directory = _journal.Directory }, reader, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(reader.InOrder, told);
    }

    [Fact]
    public async Task A_callback_may_append()
    {
        await using var store = _journal.Open();
        var stream = store.NextStream();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var count = 0;
        void Next()
        {
            if (++count == 100) done.SetResult();
            else store.Append(stream, RecordMark.None, BitConverter.GetBytes(count), new Callback(Next));
        }

        store.Append(stream, RecordMark.Begin, [], new Callback(Next));
        await done.Task;
        Assert.Equal(100, store.ReadStream(stream).Count);
    }

    [Fact]
    public async Task A_callback_that_throws_stops_nobody_else()
    {
        var logger = new SignalLogger();
        _journal.Logger = logger;
        await using var store = _journal.Open();
        var stream = store.NextStream();
        store.Append(stream, RecordMark.None, [], new Callback(() => throw new InvalidOperationException("a bug")));
        await store.AppendAsync(stream, "next");
        Assert.Contains(logger.Messages, message => message.Contains("callback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_taken_after_the_closing_and_all_before_is_flushed()
    {
        var store = _journal.Open();
        var stream = store.NextStream();
        for (var i = 0; i < 1_000; i++) store.Append(stream, $"{i}");
        await store.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => store.Append(stream, "late"));
        Assert.Equal(1_000, (await _journal.ReopenAsync()).Live[stream].Count);
    }

    public void Dispose() => _journal.Dispose();

    private sealed class Callback(Action action) : IDurableCallback
    {
        public void OnDurable() => action();
    }

    private sealed class OrderReader : IJournalReader
    {
        public List<(ulong Stream, int Number)> InOrder { get; } = [];

        public void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload) => InOrder.Add((stream, BitConverter.ToInt32(payload)));

        public void Archived(ulong stream, ReadOnlySpan<byte> endPayload)
        {
        }
    }
}
