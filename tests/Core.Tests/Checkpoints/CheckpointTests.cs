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
        var checkpoint = Take(7, CheckpointType.PreRisky, basis: 6) with
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
        var kept = CheckpointRetention.Keep(all);

        Assert.Equal(CheckpointRetention.Most, kept.Count);
        Assert.Equal(Enumerable.Range(191, 10), kept.Select(checkpoint => checkpoint.Number).TakeLast(10));
        Assert.All(all.Where(checkpoint => checkpoint.Type is not CheckpointType.Automatic), checkpoint => Assert.Contains(checkpoint, kept));
        var automatic = kept.Where(checkpoint => checkpoint.Type == CheckpointType.Automatic).Select(checkpoint => checkpoint.Number).ToList();
        Assert.Equal(all.Select(c => c).Where(c => c.Type == CheckpointType.Automatic).Select(c => c.Number).Order().TakeLast(automatic.Count), automatic);
    }

    [Fact]
    public void What_must_stay_stays_even_beyond_the_limit()
    {
        var kept = CheckpointRetention.Keep(Enumerable.Range(1, 80).Select(n => Take(n, n <= 60 ? CheckpointType.Phase : CheckpointType.Automatic)));
        Assert.Equal(70, kept.Count);
        Assert.Equal([.. Enumerable.Range(1, 60), .. Enumerable.Range(71, 10)], kept.Select(checkpoint => checkpoint.Number));
        Assert.Empty(CheckpointRetention.Keep([]));
    }

    [Fact]
    public void A_chain_goes_back_to_the_complete_bundle_and_what_it_needs_is_known()
    {
        var all = new[] { Take(1, CheckpointType.Automatic), Take(2, CheckpointType.Automatic, 1), Take(3, CheckpointType.Automatic, 2), Take(4, CheckpointType.Automatic) }
            .ToDictionary(checkpoint => checkpoint.Id);
        Checkpoint? Known(CheckpointId id) => all.GetValueOrDefault(id);

        Assert.Equal([1, 2, 3], BundleChain.Of(all[Id(3)], Known)!.Select(part => part.Number));
        Assert.Equal([4], BundleChain.Of(all[Id(4)], Known)!.Select(part => part.Number));
        Assert.Equal([Id(1), Id(2), Id(4)], BundleChain.Needed([all[Id(2)], all[Id(4)]], Known).Order(Comparer<CheckpointId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))));
        Assert.Null(BundleChain.Of(all[Id(3)], id => id == Id(1) ? null : Known(id)));
        Assert.Null(BundleChain.Of(Take(5, CheckpointType.Automatic, 5), _ => Take(5, CheckpointType.Automatic, 5)));
        Assert.Null(BundleChain.Of(all[Id(4)] with { Bundle = null }, Known));
    }

    [Fact]
    public void A_complete_bundle_is_due_when_the_chain_is_long_or_has_grown()
    {
        var complete = Take(1, CheckpointType.Automatic) with { Size = 100 };
        Checkpoint Part(int number, long size) => Take(number, CheckpointType.Automatic, number - 1) with { Size = size };
        Assert.True(BundleChain.IsCompleteDue(null));
        Assert.False(BundleChain.IsCompleteDue([complete]));
        Assert.False(BundleChain.IsCompleteDue([complete, Part(2, 99)]));
        Assert.True(BundleChain.IsCompleteDue([complete, Part(2, 99), Part(3, 1)]));
        Assert.False(BundleChain.IsCompleteDue([complete, .. Enumerable.Range(2, 8).Select(n => Part(n, 1))]));
        Assert.True(BundleChain.IsCompleteDue([complete, .. Enumerable.Range(2, 9).Select(n => Part(n, 1))]));
    }

    private static CheckpointId Id(int number) => CheckpointId.Parse($"{number:x16}");

    private static Checkpoint Take(int number, CheckpointType type, int? basis = null) => new()
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
        Bundle = new CheckpointBundle($"bundles/{number}", new string('e', 64), 10, basis is { } b ? Id(b) : null, basis is null ? null : new string('b', 40)),
        Size = 10,
        Duration = TimeSpan.FromSeconds(1),
    };
}
