namespace DurableAgentTasks.Workspaces.Git;

/// <summary>Whether git is installed here.</summary>
public static class GitProgram
{
    private static readonly string[] Extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ""] : [""];

    public static bool IsInstalled(WorkspaceOptions options)
    {
        var name = options.GitExecutable;
        var folders = name.Contains(Path.DirectorySeparatorChar) ? [""] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => Extensions.Any(extension => File.Exists(Path.Combine(folder, name + extension))));
    }

    /// <summary>Such as <c>2.47.3</c>; <see langword="null"/> if there is no git, or it does not say.</summary>
    /// <exception cref="GitException">It does not start.</exception>
    public static async Task<string?> VersionAsync(WorkspaceOptions options, CancellationToken cancellationToken)
    {
        if (!IsInstalled(options)) return null;
        var line = await new GitRunner(options.GitExecutable, Path.GetTempPath(), GitEnvironment.Create()).TryReadLineAsync(["version"], cancellationToken);
        return line?.Split(' ') is ["git", "version", var version, ..] ? version : null;
    }

    /// <summary>Whether a folder lies in a repository, as far as that can be seen without git.</summary>
    public static bool IsInRepository(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (Path.Exists(Path.Combine(at.FullName, ".git"))) return true;
        }

        return false;
    }
}
