using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Http.Checkpoints;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>Files that say what was asked for.</summary>
internal sealed class NotedFiles : ICheckpointFiles
{
    public string? Problem { get; set; }

    public Task<FilesRead> DiffAsync(Checkpoint? from, Checkpoint to, CancellationToken cancellationToken) =>
        ReadAsync($"diff {to.TaskId} {from?.Number.ToString() ?? "begin"}..{to.Number}");

    public Task<FilesRead> DiffToTreeAsync(Checkpoint from, CancellationToken cancellationToken) => ReadAsync($"diff {from.TaskId} {from.Number}..tree");

    public Task<FilesRead> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => ReadAsync($"bundle {checkpoint.Number}");

    private Task<FilesRead> ReadAsync(string text) =>
        Task.FromResult(Problem is null ? new FilesRead(new MemoryStream(Encoding.UTF8.GetBytes(text)), null) : new FilesRead(null, Problem));
}
