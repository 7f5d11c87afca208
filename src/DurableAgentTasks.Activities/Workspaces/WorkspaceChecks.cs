using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>Whether a task can work, and deliver, where it is to work.</summary>
internal sealed class WorkspaceChecks(WorkspaceOptions options)
{
    private readonly WorkspaceRoots _roots = new(options.Roots);

    public IEnumerable<RequestError> Of(TaskRequest request) => request.Workspace.Repository is { } repository
        ? [.. Git("workspace.repository"), .. Local(repository)]
        : [.. Folder(request.Workspace), .. Delivery(request)];

    private IEnumerable<RequestError> Folder(WorkspaceRequest workspace)
    {
        if (workspace.Path is not { } path) yield break;
        if (File.Exists(path)) yield return new RequestError("workspace.path", "is a file; give the folder the task is to work in.");
        else if (!_roots.Hold(CanonicalPath.Of(path))) yield return Outside("workspace.path");
        else if (IsOfTheHost(path)) yield return new RequestError("workspace.path", "is the host's own data folder, or lies in it: give another folder.");
        else if (!Directory.Exists(path)) yield return new RequestError("workspace.path", "is not there on this host; create the folder or mend the path.");
        else if (workspace.Isolation == WorkspaceIsolation.Worktree)
        {
            foreach (var error in Git("workspace.isolation")) yield return error;
            if (!GitProgram.IsInRepository(CanonicalPath.Of(path)))
                yield return new RequestError("workspace.path", "lies in no git repository, which a worktree needs: run git init there, or use the isolation inPlace.");
        }
    }

    /// <summary>A clone is ours; what it is made from may be a folder of this machine.</summary>
    private IEnumerable<RequestError> Local(string repository)
    {
        var path = Path.IsPathFullyQualified(repository) ? repository
            : Uri.TryCreate(repository, UriKind.Absolute, out var url) && url.IsFile ? url.LocalPath
            : null;
        if (path is not null && !_roots.Hold(CanonicalPath.Of(path))) yield return Outside("workspace.repository");
    }

    private static IEnumerable<RequestError> Delivery(TaskRequest request)
    {
        if (request.Workspace.Isolation == WorkspaceIsolation.Worktree || request.Deliver is not { } deliver) yield break;
        const string Instead = "an inPlace folder is never committed to: use the isolation worktree, or a repository; a patch can always be had.";
        if (deliver.Branch) yield return new RequestError("deliver.branch", Instead);
        if (deliver.Push) yield return new RequestError("deliver.push", Instead);
    }

    private IEnumerable<RequestError> Git(string path)
    {
        if (!GitProgram.IsInstalled(options)) yield return new RequestError(path, $"needs git, which is not installed on this host ({options.GitExecutable}): install it, or set Workspaces:GitExecutable.");
    }

    /// <summary>A step there would work on what the host keeps of every task.</summary>
    private bool IsOfTheHost(string path) => options.HostFolder is { } folder && new WorkspaceRoots([folder]).Hold(CanonicalPath.Of(path));

    private RequestError Outside(string path) => new(path, $"is not below a folder in which tasks may work on this host: {_roots} (Workspaces:Roots).");
}
