namespace DurableAgentTasks.Agents.Discovery;

/// <summary>The folders in which package managers and the CLIs' own installers put programs. A service's <c>PATH</c> seldom has them.</summary>
/// <param name="home">The user's folder.</param>
/// <param name="variable">Gives an environment variable.</param>
public sealed class InstallPlaces(string home, Func<string, string?> variable)
{
    private static readonly string[] Extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];

    /// <summary>Those of the user this process runs as.</summary>
    public static InstallPlaces Current { get; } =
        new(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Environment.GetEnvironmentVariable);

    /// <summary>Every file that a command may mean, in order.</summary>
    /// <param name="command">An absolute path, or a name.</param>
    /// <param name="path">Looked through in place of this process's <c>PATH</c>, if given.</param>
    internal IEnumerable<string> Candidates(string command, string? path)
    {
        if (Path.IsPathFullyQualified(command)) return WithExtensions(command);
        var folders = SearchPath.Folders(path ?? variable("PATH")).Concat(UsualFolders()).Distinct(StringComparer.Ordinal);
        return folders.SelectMany(folder => WithExtensions(Path.Combine(folder, command)));
    }

    private static IEnumerable<string> WithExtensions(string path) =>
        Path.HasExtension(path) && OperatingSystem.IsWindows() ? [path] : Extensions.Select(extension => path + extension);

    private IEnumerable<string> UsualFolders() => OperatingSystem.IsWindows() ? WindowsFolders() : UnixFolders();

    private IEnumerable<string> WindowsFolders()
    {
        if (variable("APPDATA") is { Length: > 0 } roaming) yield return Path.Combine(roaming, "npm");
        if (variable("LOCALAPPDATA") is { Length: > 0 } local) yield return Path.Combine(local, "pnpm");
        yield return Path.Combine(home, ".local", "bin");
        yield return Path.Combine(home, ".bun", "bin");
    }

    private IEnumerable<string> UnixFolders()
    {
        yield return Home(".local/bin");
        yield return Home(".npm-global/bin");
        foreach (var prefix in NpmPrefixes()) yield return Path.Combine(prefix, "bin");
        yield return Home(".claude/local");
        yield return Home(".opencode/bin");
        yield return Home(".bun/bin");
        yield return Home(".volta/bin");
        yield return variable("PNPM_HOME") is { Length: > 0 } pnpm ? pnpm : Home(".local/share/pnpm");
        foreach (var version in NodeVersions()) yield return Path.Combine(version, "bin");
        yield return "/usr/local/bin";
        yield return "/opt/homebrew/bin";
        yield return "/home/linuxbrew/.linuxbrew/bin";
    }

    /// <summary>Where npm installs for all projects, as far as that was changed.</summary>
    private IEnumerable<string> NpmPrefixes()
    {
        if ((variable("NPM_CONFIG_PREFIX") ?? variable("npm_config_prefix")) is { Length: > 0 } prefix) yield return prefix;
        if (Home(".npmrc") is var file && !File.Exists(file)) yield break;
        foreach (var line in ReadLines(file))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not ["prefix", var value]) continue;
            var path = value.Trim('"').Replace("${HOME}", home, StringComparison.Ordinal);
            yield return path.StartsWith("~/", StringComparison.Ordinal) ? Home(path[2..]) : path;
        }
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Those of nvm, newest first.</summary>
    private IEnumerable<string> NodeVersions()
    {
        var folder = Path.Combine(variable("NVM_DIR") is { Length: > 0 } nvm ? nvm : Home(".nvm"), "versions", "node");
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder).OrderByDescending(static path => Version.TryParse(Path.GetFileName(path).TrimStart('v'), out var version) ? version : new Version())
            : [];
    }

    private string Home(string path) => Path.Combine(home, path);
}
