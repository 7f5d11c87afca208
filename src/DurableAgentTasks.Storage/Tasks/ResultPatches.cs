using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>What tasks changed, as patches that <c>git apply</c> takes.</summary>
public sealed class ResultPatches(IBlobStore blobs)
{
    public Task WriteAsync(TaskId task, Stream patch, CancellationToken cancellationToken) =>
        blobs.TryWriteAsync(TaskBlobs.Patch(task), patch, BlobCondition.None, cancellationToken);

    /// <summary>Empty if the task changed nothing; <see langword="null"/> if there is none (yet).</summary>
    public Task<BlobReading?> OpenAsync(TaskId task, CancellationToken cancellationToken) =>
        blobs.OpenReadAsync(TaskBlobs.Patch(task), 0, null, cancellationToken);
}
