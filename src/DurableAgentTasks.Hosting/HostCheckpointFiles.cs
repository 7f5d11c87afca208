using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Http.Checkpoints;

namespace DurableAgentTasks.Hosting;

/// <summary>The files of checkpoints, from the work trees here or from the storage.</summary>
internal sealed class HostCheckpointFiles(CheckpointFiles files) : ICheckpointFiles
{
    public async Task<FilesRead> DiffAsync(Checkpoint? from, Checkpoint to, CancellationToken cancellationToken) => Read(await files.DiffAsync(from, to, cancellationToken));

    public async Task<FilesRead> DiffToTreeAsync(Checkpoint from, CancellationToken cancellationToken) => Read(await files.DiffToTreeAsync(from, cancellationToken));

    public async Task<FilesRead> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => Read(await files.BundleAsync(checkpoint, cancellationToken));

    private static FilesRead Read((Stream? Content, string? Problem) read) => new(read.Content, read.Problem);
}
