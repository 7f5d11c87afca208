using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public void A_checkpoint_is_read_as_it_was_written()
    {
        var checkpoint = Take(7, CheckpointType.PreRisky, BundleChain.Of(Take(6, CheckpointType.Automatic))) with
        {
            Plan = Samples.Plan,
            PhaseId = 1,
            CompletedSteps = ["1.1"],
            Sessions = new Dictionary<string, AgentSession> { ["1.1"] = new("abc", null) },
            Environment = new Dictionary<string, string?> { ["CI"] = "1", ["TOKEN"] = null },
            Files = [new ChangedFile("a\nb", FileChange.Deleted, null)],
        };
        var text = CheckpointText.Write(checkpoint);
        Assert.True(CheckpointText.TryRead(text, out var read));
        Assert.Equal(text, CheckpointText.Write(read));
        Assert.Equal(checkpoint.Id, read.Id);
        Assert.Equal(new CheckpointReference(checkpoint.Id.Value, "pre_risky", checkpoint.At, checkpoint.Commit, checkpoint.Ref), read.Reference);
    }

    [Fact]
    public void Its_names_are_those_of_the_api()
    {
        var json = JsonSerializer.SerializeToElement(Take(1, CheckpointType.PreRisky), TaskJson.Options);
        foreach (var name in new[]
        {
            "id", "type", "at", "description", "phaseId", "completedSteps", "pendingSteps", "sessions", "files", "filesModified", "linesChanged", "commit",
            "ref", "bundle", "size", "reason",
        })
        {
            Assert.True(json.TryGetProperty(name, out _), name);
        }

        Assert.Equal("pre_risky", json.GetProperty("type").GetString());
        Assert.Equal("created", JsonSerializer.SerializeToElement(new ChangedFile("a", FileChange.Created, "00"), TaskJson.Options).GetProperty("type").GetString());
    }

    [Fact]
    public void One_other_bit_and_any_cut_is_seen()
    {
        var text = CheckpointText.Write(Take(1, CheckpointType.Manual));
        for (var i = 0; i < text.Length; i++)
        {
            var altered = text.ToArray();
            altered[i] ^= (byte)(1 << (i % 8));
            Assert.False(CheckpointText.TryRead(altered, out _));
            Assert.False(CheckpointText.TryRead(text.AsSpan(0, i), out _));
        }

        Assert.False(CheckpointText.TryRead([.. text, (byte)'\n'], out _));
        Assert.False(CheckpointText.TryRead(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("\":\"", "\": \"", StringComparison.Ordinal)), out _));
    }

    [Theory]
    [InlineData("0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF", false)]
    [InlineData("0123456789abcde", false)]
    [InlineData("", false)]
    public void An_id_is_16_hex_digits(string text, bool valid) => Assert.Equal(valid, CheckpointId.TryParse(text, out _));

    [Fact]
    public void The_latest_and_those_of_milestones_and_phases_stay()
    {
        var all = Enumerable.Range(1, 200)
            .Select(n => Take(n, n % 20 == 0 ? CheckpointType.Milestone : n % 30 == 1 ? CheckpointType.Phase : CheckpointType.Automatic)).ToList();
        Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all));
        var kept = CheckpointRetention.Keep(all, CheckpointRetention.Most, long.MaxValue);

        Assert.Equal(CheckpointRetention.Most, kept.Count);
        Assert.Equal(Enumerable.Range(191, 10), kept.Select(checkpoint => checkpoint.Number).TakeLast(10));
        Assert.All(all.Where(checkpoint => checkpoint.Type is not CheckpointType.Automatic), checkpoint => Assert.Contains(checkpoint, kept));
        var automatic = kept.Where(checkpoint => checkpoint.Type == CheckpointType.Automatic).Select(checkpoint => checkpoint.Number).ToList();
        Assert.Equal(all.Select(c => c).Where(c => c.Type == CheckpointType.Automatic).Select(c => c.Number).Order().TakeLast(automatic.Count), automatic);
    }

    [Fact]
    public void What_must_stay_stays_even_beyond_the_limit()
    {
        var kept = CheckpointRetention.Keep(Enumerable.Range(1, 80).Select(n => Take(n, n <= 60 ? CheckpointType.Phase : CheckpointType.Automatic)), CheckpointRetention.Most, long.MaxValue);
        Assert.Equal(70, kept.Count);
        Assert.Equal([.. Enumerable.Range(1, 60), .. Enumerable.Range(71, 10)], kept.Select(checkpoint => checkpoint.Number));
        Assert.Empty(CheckpointRetention.Keep([], CheckpointRetention.Most, long.MaxValue));
    }

    [Fact]
    public void The_one_that_a_failure_goes_back_to_stays()
    {
        var all = Enumerable.Range(1, 80).Select(n => Take(n, CheckpointType.Automatic)).ToList();
        Assert.DoesNotContain(all[2], CheckpointRetention.Keep(all, CheckpointRetention.Most, long.MaxValue));
        var kept = CheckpointRetention.Keep(all, CheckpointRetention.Most, long.MaxValue, all[2].Id.Value);
        Assert.Equal((CheckpointRetention.Most, all[2]), (kept.Count, kept[0]));
    }

    [Theory]
    [InlineData(1_000, 30)]
    [InlineData(300, 30)]
    [InlineData(290, 29)]
    [InlineData(205, 20)]
    [InlineData(0, 12)]
    public void Of_those_that_need_not_stay_the_oldest_go_until_there_is_room_for_the_bundles(long bytes, int count)
    {
        var all = Enumerable.Range(1, 30).Select(n => Take(n, n is 2 or 5 ? CheckpointType.Phase : CheckpointType.Automatic)).ToList();
        var kept = CheckpointRetention.Keep(all, CheckpointRetention.Most, bytes).Select(checkpoint => checkpoint.Number).ToList();
        Assert.Equal(count, kept.Count);
        Assert.Equal(count switch { 30 => [1, 2, 3, 4, 5], 29 => [2, 3, 4, 5], _ => (int[])[2, 5] }, kept.TakeWhile(number => number <= 5));
        Assert.Equal(Enumerable.Range(21, 10), kept.TakeLast(10));
    }

    [Fact]
    public void A_bundle_that_is_needed_by_another_one_makes_no_room()
    {
        var chain = new List<Checkpoint> { Take(1, CheckpointType.Automatic, size: 100) };
        for (var n = 2; n <= 12; n++) chain.Add(Take(n, CheckpointType.Automatic, BundleChain.Of(chain[0]), size: 1));
        Assert.Equal(12, CheckpointRetention.Keep(chain, CheckpointRetention.Most, 111).Count);
        Assert.Equal(Enumerable.Range(3, 10), CheckpointRetention.Keep(chain, CheckpointRetention.Most, 110).Select(checkpoint => checkpoint.Number));
    }

    [Fact]
    public void A_chain_goes_on_until_it_is_long_or_has_grown_and_then_a_complete_bundle_is_due()
    {
        Assert.Empty(BundleChain.Next(null));
        Assert.Empty(BundleChain.Next(Take(1, CheckpointType.Automatic) with { Bundle = null }));
        Assert.Equal(9, Follow(sizes: Enumerable.Repeat(1L, 30)).TakeWhile(chain => chain.Count > 0).Count());
        Assert.Equal([1, 2, 0, 1, 2, 0], Follow(sizes: Enumerable.Repeat(50L, 6)).Select(chain => chain.Count));

        static IEnumerable<IReadOnlyList<CheckpointBundle>> Follow(IEnumerable<long> sizes)
        {
            var before = Take(1, CheckpointType.Automatic, size: 100);
            foreach (var size in sizes)
            {
                var chain = BundleChain.Next(before);
                yield return chain;
                before = Take(before.Number + 1, CheckpointType.Automatic, chain, chain.Count == 0 ? 100 : size);
                Assert.Equal([.. chain, before.Bundle!], BundleChain.Of(before));
            }
        }
    }

    [Fact]
    public void What_kept_checkpoints_build_on_is_needed()
    {
        var first = Take(1, CheckpointType.Automatic);
        var second = Take(2, CheckpointType.Automatic, BundleChain.Of(first));
        var third = Take(3, CheckpointType.Automatic, BundleChain.Of(second));
        Assert.Equal(["bundles/1", "bundles/2", "bundles/4"], BundleChain.Needed([second, Take(4, CheckpointType.Automatic)]).Order());
        Assert.Equal(3, BundleChain.Needed([third]).Count);
        Assert.Empty(BundleChain.Needed([]));
    }

    private static CheckpointId Id(int number) => CheckpointId.Parse($"{number:x16}");

    private static Checkpoint Take(int number, CheckpointType type, IReadOnlyList<CheckpointBundle>? buildsOn = null, long size = 10) => new()
    {
        Id = Id(number),
        TaskId = TaskId.Parse("fix-login"),
        Number = number,
        Type = type,
        At = Samples.At(number),
        Description = $"No. {number}",
        Commit = new string('c', 40),
        Tree = new string('d', 40),
        Ref = $"refs/agent-tasks/fix-login/{number}",
        Bundle = new CheckpointBundle($"bundles/{number}", new string('e', 64), size, new string('c', 40)),
        BuildsOn = buildsOn ?? [],
        Size = size,
        Duration = TimeSpan.FromSeconds(1),
    };
}
