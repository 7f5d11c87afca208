using System.Text;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

public sealed class JournalRepairTests : IDisposable
{
    private readonly JournalFolderFixture _journal = new(segmentBytes: 4096);

    [Fact]
    public async Task A_whole_journal_is_left_as_it_is()
    {
        await FillAsync();
        var before = Directory.GetFiles(_journal.Directory);
        var report = JournalRepair.Run(_journal.Directory, _journal.Time);
        Assert.Empty(report.Damage);
        Assert.Empty(report.Lost);
        Assert.Equal(3, report.KeptStreams);
        Assert.Null(report.DamagedFiles);
        Assert.Equal(before, Directory.GetFiles(_journal.Directory));
    }

    [Fact]
    public async Task Only_the_stream_that_lost_a_record_is_dropped_and_the_report_says_whose_it_was()
    {
        await FillAsync();
        Damage(_journal.Segment(1), "second of 2");
        Assert.Throws<JournalDamagedException>(() => _journal.Open());

        var report = JournalRepair.Run(_journal.Directory, _journal.Time);
        var lost = Assert.Single(report.Lost);
        Assert.Equal(2UL, lost.Stream);
        Assert.Equal("first of 2", Encoding.UTF8.GetString(lost.LastKnown!.Value.Span));
        Assert.Equal("0000000001.log", Assert.Single(report.Damage).File);
        Assert.Equal(2, report.KeptStreams);
        Assert.True(File.Exists(Path.Combine(report.DamagedFiles!, "0000000001.log")));

        var told = await _journal.ReopenAsync();
        Assert.Equal([1UL, 3UL], told.Live.Keys.Order());
        Assert.Equal(["first of 1", "second of 1", "third of 1"], told.Live[1]);
    }

    [Fact]
    public async Task A_stream_that_began_again_after_the_damage_has_lost_nothing()
    {
        await FillAsync();
        await using (var store = _journal.Open())
        {
            await store.AppendAsync(2, "again", RecordMark.Begin);
            await store.AppendAsync(1, "last");
        }

        Damage(_journal.Segment(1), "second of 2");
        Assert.Empty(JournalRepair.Run(_journal.Directory, _journal.Time).Lost);
        Assert.Equal(["again"], (await _journal.ReopenAsync()).Live[2]);
    }

    [Fact]
    public async Task Of_a_damaged_archive_the_other_streams_are_kept()
    {
        await FillAsync();
        await using (var store = _journal.Open())
        {
            foreach (var stream in new ulong[] { 1, 2, 3 }) store.Append(stream, $"end of {stream}", RecordMark.End);
            await store.CompactAsync();
        }

        var archive = Assert.Single(Directory.GetFiles(_journal.Directory, "*.archive"));
        Damage(archive, "second of 2");
        await using (var store = _journal.Open())
        {
            var damage = Assert.Throws<JournalDamagedException>(() => store.Read(2));
            Assert.Equal(archive, damage.File);
            Assert.Equal(4, store.Read(1).Length);
        }

        var lost = Assert.Single(JournalRepair.Run(_journal.Directory, _journal.Time).Lost);
        Assert.Equal(2UL, lost.Stream);
        Assert.Equal("end of 2", Encoding.UTF8.GetString(lost.LastKnown!.Value.Span));
        await using var again = _journal.Open();
        Assert.Equal(["first of 3", "second of 3", "third of 3", "end of 3"], again.Read(3));
        Assert.Empty(again.Read(2));
    }

    [Fact]
    public async Task A_missing_segment_costs_only_the_streams_with_records_in_it()
    {
        _journal.Files = new WatchedFiles { RefusesCompaction = true };
        await using (var store = _journal.Open())
        {
            var (spread, early) = (store.NextStream(), store.NextStream());
            store.Append(early, "early");
            for (var i = 0; i < 30; i++) await store.AppendAsync(spread, new string('x', 500));
            await store.AppendAsync(store.NextStream(), "late");
        }

        File.Delete(_journal.Segment(2));
        Assert.Throws<JournalDamagedException>(() => _journal.Open());
        var report = JournalRepair.Run(_journal.Directory, _journal.Time);
        Assert.Equal([1UL], report.Lost.Select(lost => lost.Stream));
        Assert.Contains(report.Damage, stretch => stretch.File == "0000000002.log");
        Assert.Equal([2UL, 3UL], (await _journal.ReopenAsync()).Live.Keys.Order());
    }

    [Fact]
    public async Task A_lost_stream_s_number_is_not_used_again()
    {
        await FillAsync();
        Damage(_journal.Segment(1), "first of 3");
        JournalRepair.Run(_journal.Directory, _journal.Time);
        await using var store = _journal.Open();
        Assert.Equal(4UL, store.NextStream());
    }

    [Fact]
    public async Task A_journal_in_use_is_not_repaired()
    {
        await using var store = _journal.Open();
        Assert.Throws<JournalInUseException>(() => JournalRepair.Run(_journal.Directory, _journal.Time));
    }

    public void Dispose() => _journal.Dispose();

    private async Task FillAsync()
    {
        await using var store = _journal.Open();
        var streams = Enumerable.Range(0, 3).Select(_ => store.NextStream()).ToArray();
        foreach (var place in new[] { "first", "second", "third" })
        {
            foreach (var stream in streams)
                await store.AppendAsync(stream, $"{place} of {stream}", place == "first" ? RecordMark.Begin : RecordMark.None);
        }
    }

    private static void Damage(string path, string record)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(record))] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
