using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Preparation;

/// <summary>Makes the folder a task works in, or finds the one that was made.</summary>
internal sealed class WorkspacePreparation(TaskId task, WorkspaceFolder folder, WorkspaceOptions options, TimeProvider time)
{
    public async Task<PrepareOutcome> RunAsync(WorkspaceSource source, CancellationToken cancellationToken)
    {
        var made = folder.Read();
        if (made is null)
        {
            (made, var refused) = source switch
            {
                WorkspaceSource.InPlace(var path) => await InPlaceAsync(path, source.FilledFrom, cancellationToken),
                WorkspaceSource.Worktree(var path) => await WorktreeAsync(path, cancellationToken),
                WorkspaceSource.Cloned clone => await CloneAsync(clone, cancellationToken),
                _ => Empty(source.FilledFrom),
            };
            if (made is null) return new PrepareOutcome.Refused(refused!);
        }

        return new PrepareOutcome.Ready(await OpenAsync(made, cancellationToken));
    }

    /// <summary>Opens what was made.</summary>
    public async Task<Workspace> OpenAsync(WorkspaceRecord made, CancellationToken cancellationToken)
    {
        var repository = made.IsPlain ? null : await Repository.FindAsync(options.GitExecutable, made.Root, cancellationToken);
        return await Workspace.OpenAsync(task, folder, made, repository, options, time, cancellationToken);
    }

    private async Task<(WorkspaceRecord? Made, string? Refused)> InPlaceAsync(string path, string? filledFrom, CancellationToken cancellationToken)
    {
        if (Refuse(path) is { } refused) return (null, refused);
        var real = RealPath(path);
        var repository = await Repository.FindAsync(options.GitExecutable, real, cancellationToken);
        return (folder.Write(new WorkspaceRecord(repository?.Root ?? real, real, WorktreeOf: null, IsPlain: repository is null, FormatOf(filledFrom))), null);
    }

    private async Task<(WorkspaceRecord? Made, string? Refused)> WorktreeAsync(string path, CancellationToken cancellationToken)
    {
        if (Refuse(path) is { } refused) return (null, refused);
        var real = RealPath(path);
        if (await Repository.FindAsync(options.GitExecutable, real, cancellationToken) is not { } repository)
            return (null, $"{path} is in no git repository, which a worktree needs; use the isolation inPlace.");
        await folder.DeleteTreeAsync(repository.Root, options.GitExecutable, cancellationToken);

        // Of a repository that was cloned in part it fetches what the tree needs and is not here.
        var git = new GitRunner(options.GitExecutable, repository.Root, GitEnvironment.Remote(options.RemoteEnvironment));
        var (exit, _) = await git.TryReadAsync(["worktree", "add", "--quiet", "--detach", "--", folder.Tree, "HEAD"], cancellationToken);
        if (!exit.Succeeded) return (null, $"git cannot make a worktree of {repository.Root}: {exit.Error.Trim()}");
        var within = Path.Combine(folder.Tree, Path.GetRelativePath(repository.Root, real));
        Directory.CreateDirectory(within);
        return (folder.Write(new WorkspaceRecord(folder.Tree, Path.GetFullPath(within), repository.Root, IsPlain: false)), null);
    }

    private async Task<(WorkspaceRecord? Made, string? Refused)> CloneAsync(WorkspaceSource.Cloned source, CancellationToken cancellationToken)
    {
        // git would take it for an option where it does not let options be ended.
        if (source.Ref is { } name && (name.StartsWith('-') || name.Any(char.IsWhiteSpace))) return (null, $"There is no ref of the name {name}.");
        await folder.DeleteTreeAsync(worktreeOf: null, options.GitExecutable, cancellationToken);
        Directory.CreateDirectory(folder.Tree);
        var git = new GitRunner(options.GitExecutable, folder.Tree, GitEnvironment.Remote(options.RemoteEnvironment));
        var (cloned, _) = await git.TryReadAsync(["clone", "--quiet", "--no-checkout", "--", source.Repository, "."], cancellationToken);
        if (!cloned.Succeeded) return (null, $"git cannot clone the repository: {cloned.Error.Trim()}");
        if (source.Ref is not null || await git.TryReadLineAsync(["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken) is not null)
        {
            var (exit, _) = await git.TryReadAsync(["checkout", "--quiet", source.Ref ?? "HEAD", "--"], cancellationToken);
            if (!exit.Succeeded) return (null, $"git cannot check out {source.Ref ?? "HEAD"}: {exit.Error.Trim()}");
        }

        return (folder.Write(new WorkspaceRecord(folder.Tree, folder.Tree, WorktreeOf: null, IsPlain: false)), null);
    }

    private (WorkspaceRecord? Made, string? Refused) Empty(string? filledFrom)
    {
        Directory.CreateDirectory(folder.Tree);
        return (folder.Write(new WorkspaceRecord(folder.Tree, folder.Tree, WorktreeOf: null, IsPlain: true, FormatOf(filledFrom))), null);
    }

    private static string? FormatOf(string? commit) => commit is null ? null : ObjectId.Format(commit);

    private static string? Refuse(string path)
    {
        if (!Path.IsPathFullyQualified(path)) return $"{path} is not an absolute path.";
        return Directory.Exists(path) ? null : $"There is no folder {path}.";
    }

    /// <summary>Two names of one folder must be one workspace, and git names folders by their real paths.</summary>
    internal static string RealPath(string path)
    {
        var real = Path.GetPathRoot(path)!;
        foreach (var name in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, name));
            real = next.ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : next.FullName;
        }

        return real;
    }
}
