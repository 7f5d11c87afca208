using System.Security.Cryptography;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tests.Tasks;

namespace DurableAgentTasks.Storage.Tests.Checkpoints;

public sealed class FileCheckpointStoreTests : CheckpointStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IBlobStore Open() => new FileBlobStore(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pruning_that_is_interrupted_anywhere_leaves_what_is_listed_whole_and_is_finished_by_the_next()
    {
        Checkpoint? before = null;
        for (var number = 1; number <= 53; number++) before = await WriteAsync(number, number == 3 ? null : before, transcript: $"{number:x64}");
        using var whole = Copy();
        Assert.True(await PruneAsync(new FileBlobStore(whole.Path, TimeProvider.System)));
        var pruned = Files(whole);

        for (var (allowed, finished) = (0, false); !finished; allowed++)
        {
            using var copy = Copy();
            var blobs = new FileBlobStore(copy.Path, TimeProvider.System);
            finished = await PruneAsync(new InterruptedStore(blobs, allowed));
            await AllWholeAsync(blobs);
            Assert.True(await PruneAsync(blobs));
            Assert.Equal(pruned, Files(copy));
        }
    }

    private static async Task<bool> PruneAsync(IBlobStore blobs)
    {
        try
        {
            var kept = await new CheckpointStore(blobs).PruneAsync(Task1, long.MaxValue, lastGood: null, Cancellation);
            await new TranscriptStore(blobs).PruneAsync(Task1, kept, Cancellation);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task AllWholeAsync(FileBlobStore blobs)
    {
        var store = new CheckpointStore(blobs);
        var stored = await store.ReadAllAsync(Task1, Cancellation);
        Assert.Empty(stored.Damaged);
        foreach (var checkpoint in stored.Whole)
        {
            Assert.True(await store.HasBundlesAsync(checkpoint, Cancellation));
            Assert.NotNull(await blobs.GetPropertiesAsync(checkpoint.Transcripts[0].Blob, Cancellation));
        }
    }

    private static string[] Files(TemporaryFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder.Path, file)).Order()];

    private TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var file in Files(_folder))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy.Path, file))!);
            File.Copy(Path.Combine(_folder.Path, file), Path.Combine(copy.Path, file));
        }

        return copy;
    }
}

public sealed class AzureCheckpointStoreTests(Azurite azurite) : CheckpointStoreTests, IClassFixture<Azurite>
{
    protected override IBlobStore Open() =>
        new AzureBlobStore(new Azure.Storage.Blobs.BlobContainerClient(azurite.Connection, $"c{Guid.NewGuid():N}"));
}

public abstract class CheckpointStoreTests
{
    private protected static readonly TaskId Task1 = TaskId.Parse("fix-login");
    private readonly Lazy<IBlobStore> _blobs;
    private readonly Lazy<CheckpointStore> _store;

    protected CheckpointStoreTests()
    {
        _blobs = new Lazy<IBlobStore>(Open);
        _store = new Lazy<CheckpointStore>(() => new CheckpointStore(_blobs.Value));
    }

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CheckpointStore Store => _store.Value;

    protected abstract IBlobStore Open();

    [Fact]
    public async Task A_checkpoint_is_written_once()
    {
        var first = await WriteAsync(1, before: null);
        Assert.Equal("No. 1", (await Store.WriteAsync(first with { Description = "another" }, Cancellation)).Description);
        var second = await WriteAsync(2, first);

        var stored = await Store.ReadAllAsync(Task1, Cancellation);

        Assert.Empty(stored.Damaged);
        Assert.Equal(["No. 1", "No. 2"], stored.Whole.Select(checkpoint => checkpoint.Description));
        var found = await Store.FindWholeAsync(Task1, upTo: null, taken: null, named: null, Cancellation);
        Assert.Equal(second.Id, found.Checkpoint!.Id);
        Assert.Empty(found.Refused);
        Assert.Equal(first.Id, (await Store.FindWholeAsync(Task1, upTo: 1, taken: null, named: null, Cancellation)).Checkpoint!.Id);
        Assert.Null((await Store.FindWholeAsync(TaskId.Parse("none"), upTo: null, taken: null, named: null, Cancellation)).Checkpoint);
    }

    [Theory]
    [InlineData("record")]
    [InlineData("bundle")]
    public async Task Of_a_damaged_checkpoint_the_one_before_is_used_and_said(string what)
    {
        var first = await WriteAsync(1, before: null);
        var second = await WriteAsync(2, first);
        var name = what == "bundle" ? second.Bundle!.Name : RecordOf(2);
        var bytes = await ReadAsync(name);
        for (var i = 0; i < bytes.Length + 2; i += what == "bundle" ? 1 : 97)
        {
            if (i >= bytes.Length)
            {
                await WriteAsync(name, i == bytes.Length ? bytes[..^1] : [.. bytes, 1]);
            }
            else
            {
                var altered = bytes.ToArray();
                altered[i] ^= (byte)(1 << (i % 8));
                await WriteAsync(name, altered);
            }

            await FirstIsUsedAsync();
        }

        await WriteAsync(name, bytes);
        Assert.Equal(second.Id, (await Store.FindWholeAsync(Task1, upTo: null, taken: null, named: null, Cancellation)).Checkpoint!.Id);
        await _blobs.Value.TryDeleteAsync(name, BlobCondition.None, Cancellation);
        await FirstIsUsedAsync();
        Assert.True(await Store.ExistsAsync(Task1, second.Id, Cancellation));
        Assert.False(await Store.ExistsAsync(Task1, CheckpointId.Parse("00000000000000ff"), Cancellation));

        async Task FirstIsUsedAsync()
        {
            var found = await Store.FindWholeAsync(Task1, upTo: null, (2, second.Id), named: null, Cancellation);
            Assert.Equal(first.Id, found.Checkpoint!.Id);
            Assert.Equal((2, second.Id), (Assert.Single(found.Refused).Number, found.Refused[0].Id));
        }
    }

    [Fact]
    public async Task A_damaged_basis_makes_all_that_build_on_it_useless()
    {
        var first = await WriteAsync(1, before: null);
        var second = await WriteAsync(2, before: null);
        var third = await WriteAsync(3, second);
        await WriteAsync(4, third);
        await WriteAsync(second.Bundle!.Name, [1, 2, 3]);

        var found = await Store.FindWholeAsync(Task1, upTo: null, taken: null, named: null, Cancellation);

        Assert.Equal(first.Id, found.Checkpoint!.Id);
        Assert.Equal([4, 3, 2], found.Refused.Select(refused => refused.Number));
    }

    [Fact]
    public async Task Pruning_keeps_what_kept_checkpoints_build_on_and_frees_the_rest()
    {
        Checkpoint? before = null;
        for (var number = 1; number <= 70; number++)
        {
            // 1 and 31 are complete, and the first of the second chain is dropped though its bundle is needed.
            before = await WriteAsync(number, number == 31 ? null : before, number == 2 ? CheckpointType.Milestone : CheckpointType.Automatic);
        }

        await WriteAsync("tasks/fix-login/bundles/000000005.00000000000000ff.bundle", [1]);
        await WriteAsync("tasks/fix-login/bundles/000000006.00000000000000ff.0123456789abcdef.bundle", [1]);
        await WriteAsync("tasks/fix-login/bundles/000000071.00000000000000ff.bundle", [1]);

        var kept = await Store.PruneAsync(Task1, long.MaxValue, lastGood: null, Cancellation);

        Assert.Equal([2, .. Enumerable.Range(22, 49)], kept.Select(checkpoint => checkpoint.Number));
        Assert.Equal(kept.Select(checkpoint => checkpoint.Id), (await Store.ReadAllAsync(Task1, Cancellation)).Whole.Select(checkpoint => checkpoint.Id));
        foreach (var checkpoint in kept) Assert.Equal(checkpoint.Id, (await Store.FindWholeAsync(Task1, checkpoint.Number, taken: null, named: null, Cancellation)).Checkpoint!.Id);
        var names = await _blobs.Value.ListAsync("tasks/fix-login/bundles/", Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
        Assert.Equal([.. BundleChain.Needed(kept).Append("tasks/fix-login/bundles/000000071.00000000000000ff.bundle").Order(StringComparer.Ordinal)], names);
    }

    [Fact]
    public async Task Damaged_records_count_as_long_as_they_are_among_the_latest_and_then_go()
    {
        Checkpoint? before = null;
        for (var number = 1; number <= 60; number++) before = await WriteAsync(number, before, number is 3 or 4 ? CheckpointType.Phase : CheckpointType.Automatic);
        await WriteAsync(RecordOf(3), [1, 2, 3]);
        await WriteAsync(RecordOf(55), [1, 2, 3]);

        var kept = await Store.PruneAsync(Task1, long.MaxValue, lastGood: null, Cancellation);

        Assert.Equal([4, .. Enumerable.Range(12, 43), .. Enumerable.Range(56, 5)], kept.Select(checkpoint => checkpoint.Number));
        Assert.Equal([4, .. Enumerable.Range(12, 49)], (await Store.ListAsync(Task1, Cancellation)).Select(name => name.Number));
        Assert.False(await Store.ExistsAsync(Task1, CheckpointId.Parse($"{3:x16}"), Cancellation));
        foreach (var checkpoint in kept) Assert.Equal(checkpoint.Id, (await Store.FindWholeAsync(Task1, checkpoint.Number, taken: null, named: null, Cancellation)).Checkpoint!.Id);

        for (var number = 61; number <= 65; number++) before = await WriteAsync(number, before);
        Assert.Equal([4, .. Enumerable.Range(16, 39), .. Enumerable.Range(56, 10)], (await Store.PruneAsync(Task1, long.MaxValue, lastGood: null, Cancellation)).Select(checkpoint => checkpoint.Number));
        Assert.Equal(50, (await Store.ListAsync(Task1, Cancellation)).Count);
        Assert.Empty((await Store.ReadAllAsync(Task1, Cancellation)).Damaged);
    }

    private protected async Task<Checkpoint> WriteAsync(int number, Checkpoint? before, CheckpointType type = CheckpointType.Automatic, string? transcript = null)
    {
        var id = CheckpointId.Parse($"{number:x16}");
        var chain = BundleChain.Next(before);
        var bytes = RandomNumberGenerator.GetBytes(chain.Count == 0 ? 400 : 20);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var name = CheckpointStore.BundleName(Task1, number, id, sha256);
        await Store.WriteBundleAsync(name, new MemoryStream(bytes), Cancellation);
        AgentTranscript[] transcripts = [];
        if (transcript is not null)
            transcripts = [new AgentTranscript("session", "path", await new TranscriptStore(_blobs.Value).WriteAsync(Task1, transcript, new MemoryStream([1]), Cancellation), transcript, 1)];
        var checkpoint = new Checkpoint
        {
            Id = id,
            TaskId = Task1,
            Number = number,
            Type = type,
            At = DateTimeOffset.UnixEpoch,
            Description = $"No. {number}",
            Commit = $"{number:x40}",
            Tree = new string('d', 40),
            Ref = $"refs/agent-tasks/fix-login/{number}",
            Bundle = new CheckpointBundle(name, sha256, bytes.Length, $"{number:x40}"),
            BuildsOn = chain,
            Size = bytes.Length,
            Transcripts = transcripts,
            Duration = TimeSpan.Zero,
        };
        return await Store.WriteAsync(checkpoint, Cancellation);
    }

    private static string RecordOf(int number) => $"tasks/fix-login/checkpoints/{number:d9}.{number:x16}.json";

    private async Task WriteAsync(string name, byte[] bytes) =>
        Assert.NotNull(await _blobs.Value.TryWriteAsync(name, new MemoryStream(bytes), BlobCondition.None, Cancellation));

    private async Task<byte[]> ReadAsync(string name)
    {
        await using var reading = await _blobs.Value.OpenReadAsync(name, 0, null, Cancellation);
        var bytes = new MemoryStream();
        await reading!.Content.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }
}
