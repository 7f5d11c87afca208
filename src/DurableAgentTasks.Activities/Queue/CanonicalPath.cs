namespace DurableAgentTasks.Activities.Queue;

/// <summary>The one path to a folder, whatever links lead to it: two tasks must not meet in it under two names.</summary>
public static class CanonicalPath
{
    // As many as Linux follows before it says that links go in circles.
    private const int MaxLinks = 40;

    /// <summary>Absolute, without links and without a separator at its end. What is not there, or may not be read, stays as it is written.</summary>
    public static string Of(string path)
    {
        var links = 0;
        return Path.TrimEndingDirectorySeparator(Resolve(path, ref links));
    }

    private static string Resolve(string path, ref int links)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        foreach (var name in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, name);
            if (links < MaxLinks && TargetOf(resolved) is { } target)
            {
                links++;
                resolved = Resolve(target, ref links);
            }
        }

        return resolved;
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return Directory.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
