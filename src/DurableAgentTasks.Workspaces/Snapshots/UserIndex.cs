using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <param name="Path">From the top of the work tree.</param>
/// <param name="IsLeftOut">Whether a sparse checkout leaves it out.</param>
/// <param name="Info">As <c>git update-index --index-info</c> takes it.</param>
internal readonly record struct UserIndexEntry(GitPath Path, bool IsLeftOut, ReadOnlyMemory<byte> Info);

/// <summary>What the user's own index has.</summary>
internal static class UserIndex
{
    /// <summary>Lists what an index has though it is ignored.</summary>
    public static readonly string[] Ignored = ["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"];

    public static async Task<IEnumerable<UserIndexEntry>> ReadAsync(CheckpointRepository repository, CancellationToken cancellationToken)
    {
        // <tag> SP <mode> SP <id> SP <stage> TAB <path>, where S is left out: https://git-scm.com/docs/git-ls-files#Documentation/git-ls-files.txt--t
        var output = await repository.RefGit.ReadAsync(["ls-files", "-z", "-t", "--stage"], cancellationToken);
        return NulList.Split(output).Select(entry =>
            new UserIndexEntry(new GitPath(entry[(entry.Span.IndexOf((byte)'\t') + 1)..]), entry.Span.StartsWith("S "u8), entry[2..]));
    }

    /// <summary>What it has though it is ignored.</summary>
    public static async Task<IEnumerable<GitPath>> IgnoredAsync(CheckpointRepository repository, CancellationToken cancellationToken)
    {
        if (!repository.IsPartial) return NulList.Paths(await repository.RefGit.ReadAsync(Ignored, cancellationToken));

        // git would look for the rules in folders that a sparse checkout leaves out, and fetch them: it is shown an index without these.
        var entries = (await ReadAsync(repository, cancellationToken)).Where(entry => !entry.IsLeftOut).Select(entry => new GitPath(entry.Info));
        var index = repository.NewScratchIndex();
        try
        {
            var git = repository.GitWith(index);
            await git.ReadAsync(["update-index", "-z", "--index-info"], cancellationToken, NulList.Join(entries));
            return NulList.Paths(await git.ReadAsync(Ignored, cancellationToken));
        }
        finally
        {
            File.Delete(index);
        }
    }
}
