using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>Folders without anything in them, which a tree of git cannot hold: they are noted, and made again by a restore.</summary>
internal static class EmptyFolders
{
    /// <summary>A snapshot holds no more.</summary>
    public const int Limit = 1_000;

    /// <summary>In and below a folder; links and repositories of their own are not followed. Names that are not UTF-8 are passed over.</summary>
    /// <param name="root">The top of the work tree.</param>
    /// <param name="folder">From there.</param>
    public static IEnumerable<string> In(string root, GitPath folder)
    {
        if (!folder.IsUtf8) yield break;
        var pending = new Stack<string>([folder.WithoutSlash().ToPlainString()]);
        while (pending.TryPop(out var path))
        {
            var entries = Entries(Path.Combine(root, path));
            if (entries is []) yield return path;
            if (entries is null || entries.Any(entry => entry.Name == ".git")) continue;
            foreach (var entry in entries)
            {
                if (entry is DirectoryInfo && !entry.Name.Contains('\uFFFD', StringComparison.Ordinal) && entry.LinkTarget is null) pending.Push($"{path}/{entry.Name}");
            }
        }
    }

    /// <summary>Those that a snapshot does not hold are told of by the first of them.</summary>
    public static IEnumerable<LeftOutFile> LeftOut(IReadOnlyList<string> all) => all.Count <= Limit ? []
        : [new LeftOutFile(all[Limit], $"It is empty: {Limit:N0} of the {all.Count:N0} empty folders are held, in order of their names.")];

    /// <summary>Removes the folders that are empty now and were not then, if that is known of all, and makes those that were.</summary>
    public static void Restore(string root, IEnumerable<string> now, IReadOnlyCollection<string> then)
    {
        foreach (var folder in then.Count < Limit ? now.Except(then) : []) RemoveWithParents(root, folder);
        foreach (var folder in then)
        {
            if (!IsBeyondLink(root, folder)) Directory.CreateDirectory(Path.Combine(root, folder));
        }
    }

    private static void RemoveWithParents(string root, string folder)
    {
        for (var path = folder; path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            if (IsBeyondLink(root, path) || Entries(Path.Combine(root, path)) is not []) return;
            Directory.Delete(Path.Combine(root, path));
        }
    }

    private static bool IsBeyondLink(string root, string folder)
    {
        for (var path = folder; path.Length > 0; path = Path.GetDirectoryName(path) ?? "")
        {
            if (new FileInfo(Path.Combine(root, path)).LinkTarget is not null || File.Exists(Path.Combine(root, path))) return true;
        }

        return false;
    }

    private static FileSystemInfo[]? Entries(string path)
    {
        try
        {
            return new DirectoryInfo(path).GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
