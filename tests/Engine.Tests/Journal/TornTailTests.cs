using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class TornTailTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new(segmentBytes: 4096);

    [Fact]
    public async Task The_last_write_may_be_cut_at_any_byte()
    {
        var write = await WriteAsync("kept", ["one", "two", "three"]);
        for (var kept = 0L; kept <= write.Length; kept++)
        {
            using var crashed = _journal.Copy();
            Zero(crashed.Segment(1), write.Offset + kept, write.Length - kept);
            await using (var store = crashed.Open(out var told))
            {
                Assert.Equal(["kept", "one", "two", "three"], (string[])[.. told.Live[1], .. new[] { "one", "two", "three" }.Skip(told.Live[1].Count - 1)]);
                if (kept == write.Length) Assert.Equal(4, told.Live[1].Count);
                await store.AppendAsync(1, "after");
            }

            Assert.Equal("after", (await crashed.ReopenAsync()).Live[1][^1]);
        }
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off_and_logged_with_file_offset_and_bytes()
    {
        var write = await WriteAsync("kept", ["torn"]);
        Change(_journal.Segment(1), write.Offset + 9);
        var logger = new SignalLogger();
        _journal.Logger = logger;
        Assert.Equal(["kept"], (await _journal.ReopenAsync()).Live[1]);
        var message = Assert.Single(logger.Messages);
        Assert.Contains(_journal.Segment(1), message, StringComparison.Ordinal);
        Assert.Contains($"offset {write.Offset}", message, StringComparison.Ordinal);
        Assert.All(File.ReadAllBytes(_journal.Segment(1)).Skip((int)write.Offset), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task A_torn_first_write_of_a_segment_leaves_the_segment_before_it_the_last()
    {
        var write = default(FileCall);
        _journal.Files = new WatchedFiles { Before = call => write = call is { Action: FileAction.Write, IsSegment: true, Offset: > 0 } ? call : write };
        await using (var store = _journal.Open())
        {
            var stream = store.NextStream();
            await store.AppendAsync(stream, "kept");
            await store.AppendAsync(stream, new string('x', 4050));
        }

        Assert.Equal(_journal.Segment(2), write.Path);
        Change(write.Path, write.Offset);
        await using (var store = _journal.Open(out var told))
        {
            Assert.Equal(["kept"], told.Live[1]);
            await store.AppendAsync(1, "fits into the first");
        }

        Assert.Equal(["kept", "fits into the first"], (await _journal.ReopenAsync()).Live[1]);
    }

    [Fact]
    public async Task Damage_before_the_last_write_is_refused_with_file_and_offset_and_nothing_is_changed()
    {
        var first = await WriteAsync("kept", ["one"]);
        var second = await WriteAsync("two", ["three"]);
        Assert.True(second.Offset > first.Offset);
        Change(_journal.Segment(1), first.Offset + 30);
        var before = await File.ReadAllBytesAsync(_journal.Segment(1));
        var damage = Assert.Throws<JournalDamagedException>(() => _journal.Open());
        Assert.Equal((_journal.Segment(1), first.Offset), (damage.File, damage.Offset));
        Assert.Equal(before, await File.ReadAllBytesAsync(_journal.Segment(1)));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("cut at a record")]
    [InlineData("zeroed at its end")]
    public async Task An_earlier_segment_that_is_not_whole_is_refused(string how)
    {
        var lastOfFirst = default(FileCall);
        _journal.Files = new WatchedFiles
        {
            RefusesCompaction = true,
            Before = call => lastOfFirst = call.Action == FileAction.Write && call.Path == _journal.Segment(1) ? call : lastOfFirst,
        };
        await using (var store = _journal.Open())
        {
            // Each record is a stream of its own: no gap in the numbers would tell.
            for (var i = 0; i < 60; i++) await store.AppendAsync(store.NextStream(), new string('x', 100));
        }

        var path = _journal.Segment(1);
        using (var file = File.Open(path, FileMode.Open))
        {
            if (how == "empty") file.SetLength(0);
            if (how == "cut at a record") file.SetLength(lastOfFirst.Offset);
            if (how == "zeroed at its end") RandomAccess.Write(file.SafeFileHandle, new byte[lastOfFirst.Length], lastOfFirst.Offset);
        }

        if (how == "missing") File.Delete(path);
        var damage = Assert.Throws<JournalDamagedException>(() => _journal.Open());
        Assert.Equal(path, damage.File);
    }

    [Fact]
    public async Task A_folder_that_has_lost_all_but_its_archives_is_refused()
    {
        await using (var store = _journal.Open())
        {
            store.Append(store.NextStream(), "x", RecordMark.End);
            await store.CompactAsync();
        }

        foreach (var path in Directory.GetFiles(_journal.Directory).Where(path => !path.EndsWith(".archive", StringComparison.Ordinal))) File.Delete(path);
        Assert.Throws<JournalDamagedException>(() => _journal.Open());
    }

    public void Dispose() => _journal.Dispose();

    /// <summary>Writes one record durably, then the others in one write.</summary>
    /// <returns>The last write.</returns>
    private async Task<FileCall> WriteAsync(string first, string[] others)
    {
        var write = default(FileCall);
        _journal.Files = new WatchedFiles { Before = call => write = call is { Action: FileAction.Write, IsSegment: true, Offset: > 0 } ? call : write };
        await using (var store = _journal.Open(out var told))
        {
            var stream = told.Live.Count > 0 ? 1 : store.NextStream();
            await store.AppendAsync(stream, first);
            foreach (var text in others) store.Append(stream, text);
        }

        _journal.Files = new DiskFiles();
        return write;
    }

    private static void Zero(string path, long offset, long length)
    {
        using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
        if (length > 0) RandomAccess.Write(file, new byte[length], offset);
    }

    private static void Change(string path, long offset)
    {
        using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
        Span<byte> value = stackalloc byte[1];
        RandomAccess.Read(file, value, offset);
        value[0] ^= 1;
        RandomAccess.Write(file, value, offset);
    }
}
