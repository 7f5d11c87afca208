using System.Security.Cryptography;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Activities.Tests.Killing;

/// <summary>A host is killed with <c>kill -9</c> while it stores a checkpoint, at each change of the storage; the next one goes on.</summary>
public sealed class UploadKillTests(Azurite azurite) : IClassFixture<Azurite>
{
    private const int Limit = 300_000;
    private const int Large = 9_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [InlineData("file", KillMoment.During)]
    [InlineData("file", KillMoment.After)]
    [InlineData("azure", KillMoment.During)]
    [InlineData("azure", KillMoment.After)]
    public async Task Nothing_torn_is_used_and_what_is_left_goes(string store, KillMoment moment)
    {
        using var folder = new TemporaryFolder();
        var storage = (store == "azure" ? azurite.Connection : "file", Path.Combine(folder.Path, "blobs"), $"c{Guid.NewGuid():N}");
        var blobs = BlobStores.Open(storage.Item1, storage.Item2, storage.Item3, TimeProvider.System);
        var host = Path.Combine(folder.Path, "host");
        await using var next = new TaskFixture(blobs, folder: host);
        UserRepository.Init(next.Workspace);
        await next.PrepareAsync("true");
        var change = 1;
        for (; ; change++)
        {
            await File.WriteAllBytesAsync(Path.Combine(next.Workspace, "large"), RandomNumberGenerator.GetBytes(Large), Cancellation);
            var killed = UploadVictim.Run(host, storage, change, change, moment);
            var usable = (await next.Checkpoints.FindWholeAsync(next.Id, upTo: null, taken: null, named: null, Cancellation)).Checkpoint;
            Assert.Contains(usable?.Id, new CheckpointId?[] { change == 1 ? null : CheckpointSteps.Id(change - 1), CheckpointSteps.Id(change) });

            next.Begin();
            var taken = await next.TakeAsync(change);

            Assert.Null(taken.Problem);
            var whole = await next.Checkpoints.FindWholeAsync(next.Id, upTo: null, taken: null, named: null, Cancellation);
            Assert.Equal((taken.Checkpoint, 0), (whole.Checkpoint!.Reference, whole.Refused.Count));
            if (!killed) break;
        }

        Assert.True(change > 4, $"It stored {change - 1} times only.");
        var stored = await next.Checkpoints.ReadAllAsync(next.Id, Cancellation);
        Assert.Empty(stored.Damaged);
        Assert.Equal(Enumerable.Range(1, change).Select(CheckpointSteps.Id), stored.Whole.Select(checkpoint => checkpoint.Id));
        var kept = await next.Checkpoints.PruneAsync(next.Id, long.MaxValue, lastGood: null, Cancellation);
        Assert.Equal(BundleChain.Needed(kept).Order(StringComparer.Ordinal), await blobs.ListAsync("tasks/task-1/bundles/", Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation));
        UserRepository.Git(next.Workspace, "fsck", "--strict", "--no-dangling");
    }
}
