using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>Where submodules and other repositories in the work tree stand.</summary>
internal static class NestedRepositories
{
    /// <summary>All of the index, where no snapshot before says it.</summary>
    public static async Task<IReadOnlyList<GitPath>> InIndexAsync(CheckpointRepository repository, CancellationToken cancellationToken)
    {
        // <mode> SP <id> SP <stage> TAB <path>
        var entries = NulList.Split(await repository.Git.ReadAsync(["ls-files", "-z", "--stage"], cancellationToken));
        return [.. entries.Where(entry => entry.Span.StartsWith("160000 "u8)).Select(entry => new GitPath(entry[(entry.Span.IndexOf((byte)'\t') + 1)..]))];
    }

    /// <summary>It is a plain folder with something in it now. (A submodule that was never filled is an empty one.)</summary>
    public static bool IsDisowned(CheckpointRepository repository, GitPath path)
    {
        var folder = new DirectoryInfo(Path.Combine(repository.Root, path.ToPlainString()));
        return path.IsUtf8 && folder is { Exists: true, LinkTarget: null } && !Path.Exists(Path.Combine(folder.FullName, ".git")) && folder.EnumerateFileSystemInfos().Any();
    }

    public static async Task<IReadOnlyList<NestedRepository>> ReadAsync(
        CheckpointRepository repository, IEnumerable<GitPath> paths, CancellationToken cancellationToken)
    {
        var nested = new List<NestedRepository>();
        foreach (var path in paths)
        {
            // A name that is no text cannot be the folder of a process here.
            var folder = Path.Combine(repository.Root, path.ToPlainString());
            if (!path.IsUtf8 || !Path.Exists(Path.Combine(folder, ".git"))) continue;
            var git = new GitRunner(repository.Executable, folder, GitEnvironment.Create());
            if (await git.TryReadLineAsync(["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken) is not { } commit) continue;
            var (exit, output) = await git.TryReadAsync(
                [.. await WithoutFiltersAsync(git, cancellationToken), "status", "--porcelain", "-z", "--ignore-submodules=none", "--no-renames"], cancellationToken);
            nested.Add(new NestedRepository(path.ToString(), commit, exit.Succeeded ? !output.IsEmpty : null));
        }

        return nested;
    }

    /// <summary>What keeps git from running the programs that its configuration names as filters, to see whether a file is another.</summary>
    private static async Task<IEnumerable<string>> WithoutFiltersAsync(GitRunner git, CancellationToken cancellationToken)
    {
        var (exit, output) = await git.TryReadAsync(["config", "-z", "--name-only", "--get-regexp", @"^filter\..*\.(clean|process|required)$"], cancellationToken);
        return exit.Succeeded
            ? NulList.Paths(output).SelectMany(name => new[] { "-c", $"{name.ToPlainString()}={(name.Span.EndsWith("required"u8) ? "false" : "")}" })
            : [];
    }
}
