namespace DurableAgentTasks.Agents.Discovery;

/// <summary>The variable <c>PATH</c>.</summary>
internal static class SearchPath
{
    private static readonly string Node = OperatingSystem.IsWindows() ? "node.exe" : "node";

    /// <summary>Its absolute folders: a relative one would be another in each workspace.</summary>
    public static IEnumerable<string> Folders(string? path) =>
        (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);

    /// <summary>
    /// The path that a CLI needs which npm installed beside a Node.js that is not on the path (nvm does so): its script begins with
    /// <c>env node</c>. <see langword="null"/> if it needs no other.
    /// </summary>
    public static string? WithNodeBeside(string binary, string? path)
    {
        path ??= Environment.GetEnvironmentVariable("PATH");
        return Path.GetDirectoryName(binary) is { Length: > 0 } folder
            && !Folders(path).Any(known => File.Exists(Path.Combine(known, Node)))
            && File.Exists(Path.Combine(folder, Node))
                ? $"{path}{Path.PathSeparator}{folder}"
                : null;
    }
}
