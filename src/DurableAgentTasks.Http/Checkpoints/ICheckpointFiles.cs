using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Http.Checkpoints;

/// <summary>Reads the files of checkpoints: git is the host's own affair, and where the work trees are.</summary>
public interface ICheckpointFiles
{
    /// <summary>What differs between two checkpoints of a task, as a unified diff that <c>git apply</c> takes, binary files too.</summary>
    /// <param name="from">The earlier one; <see langword="null"/> is what the task began with, as far as that is at hand, else nothing.</param>
    /// <param name="to">The later one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FilesRead> DiffAsync(Checkpoint? from, Checkpoint to, CancellationToken cancellationToken);

    /// <summary>What has changed in the work tree since a checkpoint, where the tree is on this host.</summary>
    Task<FilesRead> DiffToTreeAsync(Checkpoint from, CancellationToken cancellationToken);

    /// <summary>A git bundle that is complete by itself, though that of the checkpoint may build on others.</summary>
    Task<FilesRead> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken);
}

/// <param name="Content">To be read from its beginning and disposed by the caller; nothing is held up meanwhile. <see langword="null"/> if it cannot be had.</param>
/// <param name="Problem">Why not, for people.</param>
public sealed record FilesRead(Stream? Content, string? Problem);
