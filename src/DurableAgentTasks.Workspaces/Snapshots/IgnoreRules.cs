using System.Security.Cryptography;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// Ignored files are out, unless the user's own index has them. git looks at the rules only for files that its index does not have;
/// so when the rules or the user's index change, what our index has is looked at anew.
/// </summary>
internal static class IgnoreRules
{
    /// <summary>Changes when the user's index or exclude file does; <c>.gitignore</c> files are seen as files of the work tree.</summary>
    public static string Stamp(CheckpointRepository repository)
    {
        if (repository.Repository is not { } theirs) return "";
        var index = new FileInfo(theirs.Index);
        var exclude = File.Exists(theirs.Exclude) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(theirs.Exclude))) : "";
        return index.Exists ? $"{index.Length} {index.LastWriteTimeUtc.Ticks} {exclude}" : $"none {exclude}";
    }

    /// <returns>What must be in the index though it is ignored, and what may not be.</returns>
    public static async Task<(IReadOnlySet<GitPath> In, IReadOnlySet<GitPath> Out)> ReadAsync(CheckpointRepository repository, CancellationToken cancellationToken)
    {
        HashSet<GitPath> tracked = repository.Repository is null ? [] : [.. await UserIndex.IgnoredAsync(repository, cancellationToken)];
        var ignored = NulList.Paths(await repository.Git.ReadAsync(UserIndex.Ignored, cancellationToken)).Where(path => !tracked.Contains(path));
        return (tracked, ignored.ToHashSet());
    }

    public static bool IsRule(GitPath path) => path.Name.SequenceEqual(".gitignore"u8);
}
