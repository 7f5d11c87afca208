using DurableAgentTasks.Engine.Journal;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>Random lives of a journal, cut or damaged at random places, against the model.</summary>
public sealed class JournalPropertyTests
{
    private const int SegmentBytes = 4096;

    [Fact]
    public void What_was_acknowledged_is_there_and_nothing_else_wherever_the_last_write_is_cut() =>
        Holds(200, (steps, rest, place, _) => CutAsync(steps, rest, place));

    [Fact]
    public void A_changed_byte_is_harmless_or_refused_or_in_the_last_write_and_a_repair_loses_only_its_stream() =>
        Holds(200, FlipAsync);

    [Fact]
    public void A_crash_at_any_moment_leaves_all_that_was_acknowledged_then_and_nothing_that_was_not_appended() =>
        Holds(200, (steps, rest, place, _) => CrashAsync(steps, rest, place));

    private static async Task CrashAsync(byte[] steps, byte[] rest, int place)
    {
        using var journal = new JournalFolderFixture(SegmentBytes);
        var script = new JournalScript(journal);
        var moment = place % (5 + steps.Length);
        JournalFolderFixture? crashed = null;
        var (least, most) = (0, 0);
        journal.Files = new WatchedFiles
        {
            IsSerial = true,
            Before = call =>
            {
                if (moment-- != 0) return;
                least = script.Acknowledged;
                crashed = journal.Copy();
                most = script.Appended;
            },
        };
        await script.RunAsync(steps, rest);
        if (crashed is null) return;
        using (crashed)
        {
            await using var store = crashed.Open(out var told);
            AssertPrefix(new JournalModel().With(script.Records.Take(least)), [.. script.Records.Take(most).Skip(least)], told, store);
        }
    }

    private static async Task CutAsync(byte[] steps, byte[] rest, int place)
    {
        using var journal = new JournalFolderFixture(SegmentBytes);
        var lastWrite = default(FileCall);
        journal.Files = new WatchedFiles
        {
            Before = call =>
            {
                // Only the writer's thread may set it: a segment is made beside it.
                if (IsBatch(call)) lastWrite = call;
            },
        };
        var script = new JournalScript(journal);
        var unacknowledged = await script.RunAsync(steps, rest);
        Tear(lastWrite, place, wholeRest: place % 2 == 0);

        await using var store = journal.Open(out var told);
        AssertPrefix(script.Model, unacknowledged, told, store);
    }

    private static async Task FlipAsync(byte[] steps, byte[] rest, int place, int bit)
    {
        using var journal = new JournalFolderFixture(SegmentBytes);
        var script = new JournalScript(journal);
        var unacknowledged = await script.RunAsync(steps, rest);
        Flip(journal.Directory, place, bit);
        var before = Contents(journal.Directory);
        try
        {
            await using var store = journal.Open(out var told);
            AssertPrefix(script.Model, unacknowledged, told, store);
            return;
        }
        catch (JournalDamagedException e)
        {
            // An archive's records are looked at only when they are read: that opening may have made and deleted files.
            Assert.True(e.Offset >= 0);
            Assert.StartsWith(journal.Directory, e.File, StringComparison.Ordinal);
            if (!e.File.EndsWith(".archive", StringComparison.Ordinal)) Assert.Equal(before, Contents(journal.Directory));
        }

        var report = JournalRepair.Run(journal.Directory, journal.Time);
        Assert.NotEmpty(report.Damage);
        Assert.True(report.Lost.Count <= 1, $"lost {string.Join(' ', report.Lost.Select(lost => lost.Stream))}");
        await using var repaired = journal.Open(out var toldAgain);
        AssertPrefix(script.Model.Without(report.Lost.Select(lost => lost.Stream)), unacknowledged, toldAgain, repaired, report.Lost.Select(lost => lost.Stream));
    }

    /// <summary>What is there is all that was acknowledged and some of the rest, from its beginning.</summary>
    private static void AssertPrefix(
        JournalModel durable, List<ModelRecord> rest, ToldStreams told, JournalStore store, IEnumerable<ulong>? without = null)
    {
        var differences = Enumerable.Range(0, rest.Count + 1)
            .Select(count => durable.With(rest.Take(rest.Count - count)).Without(without ?? []).Difference(told, store));
        var first = (string?)"";
        foreach (var difference in differences)
        {
            if (difference is null) return;
            if (first == "") first = difference;
        }

        Assert.Fail(first);
    }

    /// <summary>Of the last write only the beginning reached the disk, or all but one sector.</summary>
    private static void Tear(FileCall write, int place, bool wholeRest)
    {
        using var file = File.OpenHandle(write.Path, access: FileAccess.ReadWrite);
        var kept = place / 2 % (write.Length + 1);
        var from = wholeRest ? write.Offset + kept : Math.Max(write.Offset, (write.Offset + kept) & ~511L);
        var to = Math.Min(write.Offset + write.Length, wholeRest ? long.MaxValue : (from & ~511L) + 512);
        if (to > from) RandomAccess.Write(file, new byte[to - from], from);
    }

    private static void Flip(string directory, int place, int bit)
    {
        var files = Directory.GetFiles(directory).Where(file => Path.GetFileName(file) != "lock").Order(StringComparer.Ordinal).ToArray();
        var offset = place % files.Sum(file => new FileInfo(file).Length);
        foreach (var path in files)
        {
            var length = new FileInfo(path).Length;
            if (offset >= length)
            {
                offset -= length;
                continue;
            }

            var bytes = File.ReadAllBytes(path);
            bytes[offset] ^= (byte)(1 << (bit & 7));
            File.WriteAllBytes(path, bytes);
            return;
        }
    }

    private static Dictionary<string, string> Contents(string directory) =>
        Directory.GetFiles(directory)
            .Where(file => Path.GetFileName(file) != "lock")
            .ToDictionary(file => file, file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));

    private static bool IsBatch(FileCall call) => call is { Action: FileAction.Write, IsSegment: true, Offset: > 0 };

    private static void Holds(int times, Func<byte[], byte[], int, int, Task> property)
    {
        var steps = ArbMap.Default.ArbFor<byte[]>();
        var place = Gen.Choose(0, int.MaxValue - 1).Zip(Gen.Choose(0, 7)).ToArbitrary();
        Prop.ForAll(steps, steps, place, (some, rest, at) => property(some, rest, at.Item1, at.Item2).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(times).WithEndSize(150));
    }
}
