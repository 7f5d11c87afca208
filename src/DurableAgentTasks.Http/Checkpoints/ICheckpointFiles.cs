using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Checkpoints;

/// <summary>Reads the files of checkpoints: git is the host's own affair, and where the work trees are.</summary>
public interface ICheckpointFiles
{
    /// <summary>What differs, as a unified diff that <c>git apply</c> takes, binary files too.</summary>
    /// <param name="task">Whose checkpoints.</param>
    /// <param name="from">The earlier one; <see langword="null"/> is what the task began with, as far as that is at hand, else nothing.</param>
    /// <param name="to">The later one; <see langword="null"/> is the work tree as it is now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<FilesRead> DiffAsync(TaskId task, Checkpoint? from, Checkpoint? to, CancellationToken cancellationToken);

    /// <summary>A git bundle that is complete by itself, though that of the checkpoint may build on others.</summary>
    Task<FilesRead> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken);
}

/// <param name="Content">To be read from its beginning and disposed by the caller; nothing is held up meanwhile. <see langword="null"/> if it cannot be had.</param>
/// <param name="Problem">Why not, for people.</param>
public sealed record FilesRead(Stream? Content, string? Problem);
