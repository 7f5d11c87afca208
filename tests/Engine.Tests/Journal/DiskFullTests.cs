using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class DiskFullTests : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly string Large = new('x', 1000);
    private readonly JournalFolderFixture _journal = new(segmentBytes: 4096);
    private readonly SignalLogger _logger = new("The disk of");
    private volatile bool _noNewFiles;
    private volatile bool _noWrites;
    private volatile bool _isInSecondSegment;
    private int _newFiles;

    public DiskFullTests()
    {
        _journal.Logger = _logger;
        _journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                _isInSecondSegment |= call is { Action: FileAction.Write, Offset: > 0 } && call.Path == _journal.Segment(2);
                if (call.Action == FileAction.Create) Interlocked.Increment(ref _newFiles);
                if ((_noNewFiles && call.Action == FileAction.Create) || (_noWrites && call.Action == FileAction.Write))
                    throw new DiskFullException(new IOException("No space left on device"));
            },
        };
    }

    [Fact]
    public async Task New_work_is_refused_while_what_must_not_be_refused_goes_into_what_is_left()
    {
        await using var store = _journal.Open();
        var stream = await FillAsync(store);
        Assert.Equal(JournalState.Full, store.Health.State);
        Assert.Contains(_journal.Directory, store.Health.Message, StringComparison.Ordinal);
        Assert.False(store.TryAppend(stream, RecordMark.None, "new"u8, new DurableSignal()));
        await store.AppendAsync(stream, "must be kept");
        Assert.Equal("must be kept", store.Read(stream)[^1]);
    }

    [Fact]
    public async Task When_nothing_is_left_records_wait_in_memory_and_go_on_by_themselves_once_there_is_room()
    {
        string[] expected;
        await using (var store = _journal.Open())
        {
            var stream = await FillAsync(store);
            var durable = Enumerable.Range(0, 20).Select(i => store.AppendAsync(stream, $"{i}{Large}")).ToArray();
            var flushed = store.FlushAsync();
            expected = store.Read(stream);
            Assert.Equal($"19{Large}", expected[^1]);
            Assert.False(durable[^1].IsCompleted);
            Assert.False(flushed.IsCompleted);

            await MakeRoomAsync(store);
            await flushed;
            await Task.WhenAll(durable);
            Assert.True(store.TryAppend(stream, RecordMark.None, "new"u8, new DurableSignal()));
            expected = [.. expected, "new"];
        }

        Assert.Equal(expected, (await _journal.ReopenAsync()).Live[1]);
    }

    [Fact]
    public async Task An_append_tries_again_without_waiting_for_the_timer()
    {
        await using var store = _journal.Open();
        var stream = await FillAsync(store);
        var waiting = Enumerable.Range(0, 8).Select(_ => store.AppendAsync(stream, Large)).ToArray();
        _noNewFiles = false;

        // The attempt of the last of those may still be under way and fail; any later one finds room.
        while (!waiting[^1].IsCompleted)
        {
            if (store.Health.State == JournalState.Full) store.Append(stream, "x");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Records_that_wait_do_not_try_again_and_again()
    {
        await using var store = _journal.Open();
        var stream = await FillAsync(store);
        const int appends = 8;
        var before = Volatile.Read(ref _newFiles);
        for (var i = 0; i < appends; i++) _ = store.AppendAsync(stream, Large);
        for (var i = 0; i < 200_000; i++) await Task.Yield();
        Assert.InRange(Volatile.Read(ref _newFiles) - before, 0, appends);
    }

    [Fact]
    public async Task A_file_system_that_has_no_room_for_reserved_space_is_full_too()
    {
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            await store.AppendAsync(stream, "before");
            var full = _logger.Next();
            _noWrites = true;
            var waiting = store.AppendAsync(stream, "waits");
            await full;
            Assert.False(store.TryAppend(stream, RecordMark.None, "new"u8, new DurableSignal()));
            await MakeRoomAsync(store);
            await waiting;
        }

        Assert.Equal(["before", "waits"], (await _journal.ReopenAsync()).Live[1]);
    }

    [Fact]
    public async Task A_full_disk_does_not_keep_the_journal_from_closing()
    {
        var waiting = Task.CompletedTask;
        await using (var store = _journal.Open())
        {
            var stream = await FillAsync(store);
            for (var i = 0; i < 20; i++) store.Append(stream, Large);
            waiting = store.FlushAsync();
        }

        await Assert.ThrowsAsync<JournalUnavailableException>(() => waiting);
        Assert.Contains(_logger.Messages, message => message.Contains("closed while its disk was full", StringComparison.Ordinal));
        _noNewFiles = false;
        Assert.All((await _journal.ReopenAsync()).Live[1], text => Assert.Equal(Large, text));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Records_that_wait_for_room_do_not_keep_the_journal_from_closing(bool noNewFiles, bool noWrites)
    {
        var store = _journal.Open();
        var stream = await FillAsync(store);
        (_noNewFiles, _noWrites) = (noNewFiles, noWrites);
        var waiting = Enumerable.Range(0, 20).Select(_ => store.AppendAsync(stream, Large)).ToArray();
        var flushed = store.FlushAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => flushed);
        Assert.False(waiting[^1].IsCompleted);
    }

    [Fact]
    public async Task A_compaction_that_finds_no_room_leaves_everything_as_it_was()
    {
        await using var store = _journal.Open();
        var stream = store.NextStream();
        await store.AppendAsync(stream, "kept", RecordMark.Begin);
        await _journal.UntilThereIsAsync(segment: 2);
        _noNewFiles = true;
        await store.CompactAsync();
        Assert.Equal(["kept"], store.Read(stream));
        Assert.Empty(Directory.GetFiles(_journal.Directory, "*.new"));
        await MakeRoomAsync(store);
        await store.CompactAsync();
        Assert.Single(Directory.GetFiles(_journal.Directory, "*.snapshot"));
        Assert.Equal(["kept"], store.Read(stream));
    }

    [Fact]
    public async Task On_a_disk_that_is_really_full_nothing_is_lost_and_it_goes_on_once_there_is_room()
    {
        using var disk = SmallDisk.Mount();
        Assert.SkipWhen(disk is null, "a small disk can only be mounted as root on Linux");
        var options = new JournalOptions { Directory = Path.Combine(disk.Directory, "journal"), SegmentBytes = 256 * 1024 };
        var ballast = Path.Combine(disk.Directory, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[512 * 1024]);
        var written = new List<string>();
        await using (var store = JournalStore.Open(options, new ToldStreams(), TimeProvider.System, _logger))
        {
            var stream = store.NextStream();
            while (store.Health.State != JournalState.Full)
            {
                var full = _logger.Next();
                written.Add($"{written.Count}:{Large}");
                await Task.WhenAny(store.AppendAsync(stream, written[^1]), full);
            }

            for (var i = 0; i < 100; i++)
            {
                written.Add($"{written.Count}:{Large}");
                store.Append(stream, written[^1]);
            }

            var flushed = store.FlushAsync();
            File.Delete(ballast);
            await flushed;
            Assert.Equal(written, store.Read(stream));
        }

        var told = new ToldStreams();
        await using var again = JournalStore.Open(options, told, TimeProvider.System, _logger);
        Assert.Equal(written, told.Live[1]);
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>An attempt under way may still fail, and then waits for its time anew.</summary>
    private async Task MakeRoomAsync(JournalStore store)
    {
        _noNewFiles = _noWrites = false;
        while (store.Health.State != JournalState.Available)
        {
            _journal.Time.Advance(RetryAfter);
            await Task.Yield();
        }
    }

    /// <summary>Appends until the last segment there is has been begun and no next one can be made.</summary>
    private async Task<ulong> FillAsync(JournalStore store)
    {
        var stream = store.NextStream();
        await store.AppendAsync(stream, Large);
        var full = _logger.Next();
        _noNewFiles = true;
        while (!_isInSecondSegment) await store.AppendAsync(stream, Large);
        await full;
        return stream;
    }
}
