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
