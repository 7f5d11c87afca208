namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Where a CLI keeps each session in a file of its own, from which it goes on: also on another machine, if the file is there.</summary>
/// <param name="HomeVariable">The environment variable that names the CLI's folder.</param>
/// <param name="Home">The folder if that is not set, below the user's.</param>
/// <param name="Path">
/// Of the file below the folder. <c>{session}</c> is the session's id; <c>{directory}</c> the working directory, with <c>-</c> for all
/// but letters and digits; <c>*</c> any one folder, or any part of a name, which stays as it is on another machine.
/// </param>
public sealed record TranscriptPlace(string HomeVariable, string Home, string Path)
{
    private const string Directory = "{directory}";
    private const string Session = "{session}";

    /// <summary>Longer names of directories are shortened in a way that is the CLI's own.</summary>
    public const int LongestDirectory = 200;

    /// <summary>Whether the place can be told for an agent that runs there.</summary>
    public bool IsKnownFor(string workingDirectory) => workingDirectory.Length <= LongestDirectory || !Path.Contains(Directory, StringComparison.Ordinal);

    /// <summary>The file of a session as it is now.</summary>
    /// <param name="variable">Gives an environment variable as the agent sees it.</param>
    /// <param name="session">The session's id.</param>
    /// <param name="workingDirectory">Where the agent runs, without links.</param>
    /// <returns>The file, and its path below the CLI's folder with <c>{directory}</c> as it is; <see langword="null"/> if there is none.</returns>
    public (FileInfo File, string Path)? Find(Func<string, string?> variable, string session, string workingDirectory)
    {
        // It is looked for by name: what is no name must not be taken for a pattern.
        if (session.Length is 0 or > 200 || !session.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return null;
        if (!IsKnownFor(workingDirectory)) return null;
        var home = new DirectoryInfo(HomeFolder(variable));
        IEnumerable<(DirectoryInfo Folder, string Path)> folders = [(home, "")];
        var segments = Path.Replace(Session, session, StringComparison.Ordinal).Split('/');
        foreach (var segment in segments[..^1])
        {
            folders = folders.Where(at => at.Folder.Exists).SelectMany(at => segment == Directory
                ? [(new DirectoryInfo(System.IO.Path.Combine(at.Folder.FullName, NameOf(workingDirectory))), $"{at.Path}{Directory}/")]
                : at.Folder.EnumerateDirectories(segment).Select(folder => (folder, $"{at.Path}{folder.Name}/")));
        }

        return folders
            .Where(at => at.Folder.Exists)
            .SelectMany(at => at.Folder.EnumerateFiles(segments[^1]).Select(file => (file, $"{at.Path}{file.Name}")))
            .OrderByDescending(found => found.file.LastWriteTimeUtc)
            .Select(found => ((FileInfo, string)?)found)
            .FirstOrDefault();
    }

    /// <summary>Where a file that <see cref="Find"/> told of must be for an agent that runs elsewhere.</summary>
    /// <returns><see langword="null"/> if that cannot be told, or the path leads out of the CLI's folder.</returns>
    public FileInfo? PlaceFor(Func<string, string?> variable, string path, string workingDirectory)
    {
        if (!IsKnownFor(workingDirectory)) return null;
        var home = System.IO.Path.GetFullPath(HomeFolder(variable));
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(home, path.Replace(Directory, NameOf(workingDirectory), StringComparison.Ordinal)));
        return full.StartsWith(home + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) ? new FileInfo(full) : null;
    }

    private string HomeFolder(Func<string, string?> variable) =>
        variable(HomeVariable) is { Length: > 0 } named
            ? named
            : System.IO.Path.Combine(
                variable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Home);

    private static string NameOf(string workingDirectory) => string.Concat(workingDirectory.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
