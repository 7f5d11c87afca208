using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Preparation;

/// <summary>What was made for a task.</summary>
/// <param name="Root">The top of the work tree.</param>
/// <param name="Folder">Where steps run.</param>
/// <param name="WorktreeOf">The repository whose worktree it is, if it is one.</param>
/// <param name="IsPlain">Whether it was made without a repository; it stays so, even if somebody makes one in it.</param>
/// <param name="ObjectFormat">Where it is plain: sha1 or sha256; <see langword="null"/> is sha1.</param>
internal sealed record WorkspaceRecord(string Root, string Folder, string? WorktreeOf, bool IsPlain, string? ObjectFormat = null);

/// <summary>The folder of a task: all we make of it lies here.</summary>
internal sealed class WorkspaceFolder(string dataFolder, TaskId task)
{
    private readonly string _path = Path.Combine(Path.GetFullPath(dataFolder), task.Value);

    /// <summary>A worktree or clone.</summary>
    public string Tree => Path.Combine(_path, "tree");

    /// <summary>See <see cref="CheckpointRepository"/>.</summary>
    public string Git => Path.Combine(_path, "git");

    public string Lock => Path.Combine(Git, "lock");

    private string RecordFile => Path.Combine(_path, "workspace.json");

    public bool Exists => Directory.Exists(_path);

    /// <summary>What was made before; <see langword="null"/> if nothing was, or it is gone.</summary>
    public WorkspaceRecord? Read()
    {
        if (!File.Exists(RecordFile)) return null;
        var made = JsonSerializer.Deserialize<WorkspaceRecord>(File.ReadAllBytes(RecordFile), TaskJson.Options)!;
        return Directory.Exists(made.Folder) ? made : null;
    }

    public WorkspaceRecord Write(WorkspaceRecord made)
    {
        Directory.CreateDirectory(_path);
        AtomicFile.Write(RecordFile, JsonSerializer.SerializeToUtf8Bytes(made, TaskJson.Options));
        return made;
    }

    /// <summary>Removes a tree that was not finished, or is not wanted any more.</summary>
    public async Task DeleteTreeAsync(string? worktreeOf, string executable, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Tree))
        {
            await EmptyTreeAsync(executable, cancellationToken);
            Directory.Delete(Tree, recursive: true);
        }

        if (worktreeOf is null || !Directory.Exists(worktreeOf)) return;

        // This one only: pruning would forget the user's own too that are on a disk which is not there just now. Twice forced, it may be half made.
        var git = new GitRunner(executable, worktreeOf, GitEnvironment.Create());
        await git.TryReadAsync(["worktree", "remove", "--force", "--force", "--", Tree], cancellationToken);
    }

    /// <summary>.NET cannot delete what has a name that is not UTF-8; git can. To an empty index everything is superfluous.</summary>
    private async Task EmptyTreeAsync(string executable, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(Git, "HEAD"))) return;
        var git = new GitRunner(executable, Tree, GitEnvironment.Create(
            new("GIT_DIR", Git),
            new("GIT_WORK_TREE", Tree),
            new("GIT_INDEX_FILE", Path.Combine(Git, "none"))));
        await git.TryReadAsync(["clean", "-ffdxq"], cancellationToken);
    }

    public async Task DeleteAsync(string executable, CancellationToken cancellationToken)
    {
        var made = File.Exists(RecordFile) ? JsonSerializer.Deserialize<WorkspaceRecord>(await File.ReadAllBytesAsync(RecordFile, cancellationToken), TaskJson.Options) : null;
        await DeleteTreeAsync(made?.WorktreeOf, executable, cancellationToken);
        Directory.Delete(_path, recursive: true);
    }
}
