using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// The tree of a <c>HEAD</c> as far as the user has checked it out: what a sparse checkout leaves out was not deleted.
/// https://git-scm.com/docs/git-sparse-checkout
/// </summary>
internal static class SparseHead
{
    /// <param name="repository">With the user's.</param>
    /// <param name="head">A commit that is here.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A tree, or <paramref name="head"/> if all of it is checked out.</returns>
    public static async Task<string> TreeOfAsync(CheckpointRepository repository, string head, CancellationToken cancellationToken)
    {
        // S <path>, see https://git-scm.com/docs/git-ls-files#Documentation/git-ls-files.txt--t
        var entries = NulList.Split(await repository.RefGit.ReadAsync(["ls-files", "-z", "-t"], cancellationToken));
        var left = entries.Where(entry => entry.Span.StartsWith("S "u8)).Select(entry => new GitPath(entry[2..])).ToList();
        if (left.Count == 0) return head;
        var index = repository.NewScratchIndex();
        try
        {
            var git = repository.GitWith(index);
            await git.ReadAsync(["read-tree", head], cancellationToken);
            await git.ReadAsync(["update-index", "--force-remove", "-z", "--stdin"], cancellationToken, NulList.Join(left));
            return await git.ReadLineAsync(["write-tree"], cancellationToken);
        }
        finally
        {
            File.Delete(index);
        }
    }
}
