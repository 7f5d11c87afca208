using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Checkpoints;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>Files that say what was asked for.</summary>
internal sealed class NotedFiles : ICheckpointFiles
{
    public string? Problem { get; set; }

    public Task<FilesRead> DiffAsync(TaskId task, Checkpoint? from, Checkpoint? to, CancellationToken cancellationToken) =>
        ReadAsync($"diff {task} {from?.Number.ToString() ?? "begin"}..{to?.Number.ToString() ?? "tree"}");

    public Task<FilesRead> BundleAsync(Checkpoint checkpoint, CancellationToken cancellationToken) => ReadAsync($"bundle {checkpoint.Number}");

    private Task<FilesRead> ReadAsync(string text) =>
        Task.FromResult(Problem is null ? new FilesRead(new MemoryStream(Encoding.UTF8.GetBytes(text)), null) : new FilesRead(null, Problem));
}
