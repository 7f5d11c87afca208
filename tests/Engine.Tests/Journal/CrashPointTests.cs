using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>The folder is copied before every change to it, as a crash at that moment would leave it, and opened.</summary>
public sealed class CrashPointTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new(segmentBytes: 4096);
    private readonly List<JournalFolderFixture> _crashes = [];
    private readonly Lock _gate = new();

    [Fact]
    public async Task A_crash_at_any_moment_of_a_compaction_leaves_the_same_content()
    {
        // All that a compaction meets: an archive that is kept and one that is folded, purged and begun-again streams, live ones.
        var script = new JournalScript(_journal);
        byte[] lives = [9, 25, 9, 25, 0, 16, 32, 48, 11, 27];
        byte[] deaths = [12, 40, 9, 9, 0, 8, 16, 32, 43];
        await script.RunAsync([.. lives, .. lives, 13, .. lives, 13, .. deaths, .. lives], []);
        ToldStreams told;
        await using (var store = _journal.Open(out told))
        {
        }

        Watch();
        await using (var store = _journal.Open()) await store.CompactAsync();
        await AllHoldAsync(told, atLeast: 10);
    }

    [Fact]
    public async Task A_crash_at_any_moment_of_a_repair_leaves_a_journal_that_can_be_repaired_or_is()
    {
        _journal.Files = new WatchedFiles { RefusesCompaction = true };
        await using (var store = _journal.Open())
        {
            for (var i = 0; i < 40; i++) await store.AppendAsync(store.NextStream(), $"{i}:{new string('x', 300)}", RecordMark.Begin);
        }

        using (var file = File.OpenHandle(_journal.Segment(1), access: FileAccess.ReadWrite)) RandomAccess.Write(file, "!"u8, 200);
        Watch();
        var report = JournalRepair.Run(_journal.Directory, _journal.Time, _journal.Files);
        Assert.Equal([1UL], report.Lost.Select(lost => lost.Stream));

        Assert.True(_crashes.Count > 5);
        foreach (var crash in _crashes)
        {
            JournalRepair.Run(crash.Directory, crash.Time);
            var told = await crash.ReopenAsync();
            Assert.Equal(Enumerable.Range(2, 39).Select(i => (ulong)i), told.Live.Keys);
        }
    }

    [Fact]
    public async Task A_crash_while_an_opening_tidies_up_leaves_the_same_content()
    {
        var script = new JournalScript(_journal);
        await script.RunAsync([9, 25, 9, 25, 11, 0, 16, 13, 0, 16], []);
        var told = await _journal.ReopenAsync();

        // What a crashed compaction leaves: a file without its name, an archive no snapshot knows, segments the snapshot covers.
        await File.WriteAllTextAsync(Path.Combine(_journal.Directory, "0000000007.snapshot.new"), "half");
        await File.WriteAllTextAsync(Path.Combine(_journal.Directory, "0000000007.archive"), "whole");
        await File.WriteAllTextAsync(_journal.Segment(1), "covered");
        Watch();
        await _journal.ReopenAsync();
        Assert.False(File.Exists(_journal.Segment(1)));
        await AllHoldAsync(told, atLeast: 3);
    }

    public void Dispose()
    {
        _journal.Dispose();
        foreach (var crash in _crashes) crash.Dispose();
    }

    private void Watch() => _journal.Files = new WatchedFiles
    {
        Before = _ =>
        {
            lock (_gate) _crashes.Add(_journal.Copy());
        },
    };

    private async Task AllHoldAsync(ToldStreams expected, int atLeast)
    {
        Assert.True(_crashes.Count >= atLeast, $"{_crashes.Count} crashes");
        await using var before = _journal.Open();
        foreach (var crash in _crashes)
        {
            await using var store = crash.Open(out var told);
            Assert.Equal(expected.Live.Keys.Concat(expected.Archived.Keys).Order(), told.Live.Keys.Concat(told.Archived.Keys).Order());
            foreach (var stream in told.Live.Keys.Concat(told.Archived.Keys)) Assert.Equal(before.Read(stream), store.Read(stream));
        }
    }
}
