using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Checkpoints;

/// <summary>
/// Says for each task which host holds its work tree as it is now. Every other one has, at best, a tree of the past, and
/// restores a checkpoint before it works on it.
/// </summary>
public sealed class TreeHolders(IBlobStore blobs)
{
    /// <summary>The holder; <see langword="null"/> if no host has made the tree yet.</summary>
    public async Task<Stored<TreeHolder>?> ReadAsync(TaskId task, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.Tree(task), 0, null, cancellationToken);
        if (reading is null) return null;
        var holder = await JsonSerializer.DeserializeAsync<TreeHolder>(reading.Content, TaskJson.Options, cancellationToken);
        return new Stored<TreeHolder>(holder!, reading.Properties.ETag);
    }

    /// <param name="task">Whose tree.</param>
    /// <param name="holder">From now on.</param>
    /// <param name="before">What was read; <see langword="null"/>: there was none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="false"/> if that has changed since.</returns>
    public async Task<bool> TryWriteAsync(TaskId task, TreeHolder holder, Stored<TreeHolder>? before, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(holder, TaskJson.Options));
        var condition = before is null ? BlobCondition.Absent : BlobCondition.Unchanged(before.ETag);
        return await blobs.TryWriteAsync(TaskBlobs.Tree(task), content, condition, cancellationToken) is not null;
    }
}

/// <param name="Host">The id of its data folder.</param>
/// <param name="Machine">Its name, for people, and for folders that no host made.</param>
public sealed record TreeHolder(string Host, string Machine)
{
    /// <summary>The checkpoint that the tree has come from; <see langword="null"/> if it began without one.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>How often the setup of a fresh tree was begun, on any host.</summary>
    public int Setups { get; init; }

    /// <summary>Whether the tree is set up on this host: steps may run.</summary>
    public bool IsReady { get; init; }
}
