using System.Text;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Delivering;

/// <summary>
/// Makes the branch that a task delivers. Other than a snapshot it is made as its reader would make it: by the repository's own
/// attributes, so that line ends and LFS pointers are what they are in its other commits.
/// </summary>
internal sealed class BranchMaking(Repository repository, WorkspaceOptions options, string folder)
{
    private const string Author = "DurableAgentTasks";
    private const string Email = "agent-tasks@localhost";

    private readonly GitRunner _git = repository.Git(options.GitExecutable);

    public async Task<BranchOutcome> RunAsync(BranchCommit asked, CancellationToken cancellationToken)
    {
        var name = $"refs/heads/{asked.Branch}";
        var head = await repository.ReadHeadAsync(_git, cancellationToken);
        var tree = await TreeAsync(head, cancellationToken);
        var commit = head is not null && await _git.ReadLineAsync(["rev-parse", "--verify", $"{head}^{{tree}}"], cancellationToken) == tree
            ? head
            : await CommitAsync(asked, tree, head, cancellationToken);
        var there = await _git.TryReadLineAsync(["rev-parse", "--verify", "--quiet", name], cancellationToken);
        if (there is not null && there != commit && !await IsWithinAsync(there, commit, cancellationToken))
            return new BranchOutcome.Refused($"{repository.Root} has a branch {asked.Branch} with other work already: rename or delete it.");

        // The old value guards against who moves it at this moment; all zeros: it must not be there.
        var (exit, _) = await _git.TryReadAsync(["update-ref", name, commit, there ?? new string('0', commit.Length)], cancellationToken);
        return exit.Succeeded
            ? new BranchOutcome.Made(commit, repository.Root)
            : new BranchOutcome.Refused($"git cannot make the branch {asked.Branch}: {exit.Error.Trim()}");
    }

    /// <summary>With an index of its own: the user's stays as it is.</summary>
    private async Task<string> TreeAsync(string? head, CancellationToken cancellationToken)
    {
        var index = Path.Combine(folder, $"branch-index-{Guid.NewGuid():n}");
        var git = new GitRunner(options.GitExecutable, repository.Root, GitEnvironment.Create(
            new("GIT_DIR", repository.GitFolder), new("GIT_WORK_TREE", repository.Root), new("GIT_INDEX_FILE", index)));
        try
        {
            if (head is not null) await git.ReadAsync(["read-tree", head], cancellationToken);
            await git.ReadAsync(["-c", "core.safecrlf=false", "-c", "advice.addEmbeddedRepo=false", "add", "--all", "--", "."], cancellationToken);
            return await git.ReadLineAsync(["write-tree", "--missing-ok"], cancellationToken);
        }
        finally
        {
            File.Delete(index);
            File.Delete($"{index}.lock");
        }
    }

    private Task<string> CommitAsync(BranchCommit asked, string tree, string? head, CancellationToken cancellationToken)
    {
        // Without the sign git takes a small number for something else.
        var at = $"@{asked.At.ToUnixTimeSeconds()} +0000";
        var git = new GitRunner(options.GitExecutable, repository.Root, GitEnvironment.Create(
            new("GIT_DIR", repository.GitFolder),
            new("GIT_AUTHOR_NAME", Author), new("GIT_AUTHOR_EMAIL", Email), new("GIT_AUTHOR_DATE", at),
            new("GIT_COMMITTER_NAME", Author), new("GIT_COMMITTER_EMAIL", Email), new("GIT_COMMITTER_DATE", at)));
        string[] parent = head is null ? [] : ["-p", head];
        return git.ReadLineAsync(["commit-tree", .. parent, tree], cancellationToken, Encoding.UTF8.GetBytes($"{asked.Message.TrimEnd()}\n"));
    }

    private async Task<bool> IsWithinAsync(string older, string newer, CancellationToken cancellationToken) =>
        (await _git.TryReadAsync(["merge-base", "--is-ancestor", older, newer], cancellationToken)).Exit.Succeeded;
}
