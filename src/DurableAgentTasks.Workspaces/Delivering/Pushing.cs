using System.Text.RegularExpressions;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Delivering;

/// <summary>Pushes a commit, with the operator's credentials (<see cref="WorkspaceOptions.RemoteEnvironment"/>).</summary>
internal sealed partial class Pushing(Repository repository, WorkspaceOptions options)
{
    private const string UsualRemote = "origin";

    public async Task<PushOutcome> RunAsync(string commit, string branch, CancellationToken cancellationToken)
    {
        var remotes = (await repository.Git(options.GitExecutable).ReadLineAsync(["remote"], cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var remote = remotes.Contains(UsualRemote) ? UsualRemote : remotes is [var only] ? only : null;
        if (remote is null) return new PushOutcome.Refused($"{repository.Root} has no remote \"{UsualRemote}\" to push to: add it with git remote add.");
        var git = new GitRunner(options.GitExecutable, repository.Root, GitEnvironment.Create(
            [.. GitEnvironment.Remote(options.RemoteEnvironment), new("GIT_DIR", repository.GitFolder), new("GIT_WORK_TREE", repository.Root)]));
        var (exit, _) = await git.TryReadAsync(["push", "--quiet", "--", remote, $"{commit}:refs/heads/{branch}"], cancellationToken);
        return exit.Succeeded
            ? new PushOutcome.Pushed(remote)
            : new PushOutcome.Refused(
                $"git cannot push to {remote}: {Credentials().Replace(exit.Error.Trim(), "://***@")} The operator gives credentials with Workspaces:RemoteEnvironment.");
    }

    /// <summary>What stands before the host in the address of a remote.</summary>
    [GeneratedRegex("://[^/@\\s]+@", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Credentials();
}
