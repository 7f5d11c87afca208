using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// The tree of a <c>HEAD</c> as far as it is here: what a sparse checkout leaves out was not deleted, and of what a partial clone has not
/// fetched nothing is known. https://git-scm.com/docs/git-sparse-checkout, https://git-scm.com/docs/partial-clone
/// </summary>
internal static class HeadTree
{
    /// <param name="repository">With the user's.</param>
    /// <param name="head">A commit that is here.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A tree, or <paramref name="head"/> if all of it is here.</returns>
    public static async Task<string> TreeOfAsync(CheckpointRepository repository, string head, CancellationToken cancellationToken)
    {
        var left = (await UserIndex.ReadAsync(repository, cancellationToken)).Where(entry => entry.IsLeftOut).Select(entry => entry.Path).ToList();
        if (repository.IsPartial) left.AddRange(await NotFetchedAsync(repository, head, cancellationToken));
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

    private static async Task<IEnumerable<GitPath>> NotFetchedAsync(CheckpointRepository repository, string head, CancellationToken cancellationToken)
    {
        // <mode> SP <type> SP <id> TAB <path>
        var blobs = new List<(string Id, GitPath Path)>();
        foreach (var entry in NulList.Split(await repository.Git.ReadAsync(["ls-tree", "-r", "-z", "--full-tree", head], cancellationToken)))
        {
            var tab = entry.Span.IndexOf((byte)'\t');
            if (Encoding.ASCII.GetString(entry.Span[..tab]).Split(' ') is [_, "blob", var id]) blobs.Add((id, new GitPath(entry[(tab + 1)..])));
        }

        var here = await Contents.HereAsync(repository.Git, blobs.Select(blob => blob.Id).ToHashSet(), cancellationToken);
        return blobs.Where(blob => !here.Contains(blob.Id)).Select(blob => blob.Path);
    }
}
