using System.Text;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>Finds what would keep a command from starting while it still can be said clearly.</summary>
internal static class LaunchCheck
{
    /// <summary>Linux takes 128 KiB for one argument, its closing NUL included (MAX_ARG_STRLEN).</summary>
    public const int LongestArgument = (128 * 1024) - 1;

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The absolute path of the program in <paramref name="executable"/>, or why it cannot be started.</summary>
    public static ProcessStart.Refused? Refuse(ProcessSpec spec, out string executable)
    {
        executable = "";
        if (spec.Arguments.Append(spec.FileName).Append(spec.WorkingDirectory).Append(spec.Script ?? "").Any(text => text.Contains('\0')))
            return new(StartRefusal.InvalidText, "The command contains a NUL character, which no process can be given; remove it.");
        foreach (var (name, value) in spec.Environment)
            if (name.Length == 0 || name.Contains('=') || name.Contains('\0') || value?.Contains('\0') == true)
                return new(StartRefusal.InvalidText, $"The environment variable '{name.Replace("\0", "\\0")}' has a malformed name, or a NUL in its value.");
        if (OperatingSystem.IsLinux() && spec.Arguments.FirstOrDefault(text => Encoding.UTF8.GetByteCount(text) > LongestArgument) is { } tooLong)
            return new(StartRefusal.TooLong, $"An argument of {tooLong.Length} characters is longer than this system allows ({LongestArgument} bytes); hand it over in a file.");
        if (OperatingSystem.IsWindows() && spec.Arguments.Any(text => text.AsSpan().ContainsAny('\r', '\n')))
            return new(StartRefusal.InvalidText, "An argument contains a line break, which a Windows command line cannot hold; hand it over in a file.");
        if (!Directory.Exists(spec.WorkingDirectory))
            return new(StartRefusal.WorkingDirectoryMissing, $"The working directory '{spec.WorkingDirectory}' does not exist or is not a folder.");
        if (File.Exists(spec.Folder.RecordFile))
            return new(StartRefusal.FolderTaken, $"A run was started in '{spec.Folder.Path}' before; each run needs a folder of its own.");
        return FindExecutable(spec, out executable);
    }

    private static ProcessStart.Refused? FindExecutable(ProcessSpec spec, out string executable)
    {
        var candidates = Candidates(spec).ToList();
        executable = candidates.Find(path => File.Exists(path) && IsExecutable(path)) ?? "";
        if (executable.Length > 0) return null;
        return candidates.Exists(path => File.Exists(path) || Directory.Exists(path))
            ? new(StartRefusal.NotExecutable, $"'{spec.FileName}' is not an executable file.")
            : new(StartRefusal.ExecutableNotFound, $"'{spec.FileName}' was not found; install it, or give its path.");
    }

    private static IEnumerable<string> Candidates(ProcessSpec spec)
    {
        if (spec.FileName.Length == 0) return [];
        if (spec.FileName.Contains('/') || (OperatingSystem.IsWindows() && spec.FileName.Contains('\\')))
            return [Path.Combine(Path.GetFullPath(spec.WorkingDirectory), spec.FileName)];
        var path = spec.Environment.TryGetValue("PATH", out var given) ? given : Environment.GetEnvironmentVariable("PATH");
        var extensions = OperatingSystem.IsWindows() ? new[] { "", ".exe", ".cmd", ".bat" } : [""];
        return
            from folder in (path ?? "").Split(Path.PathSeparator)
            from extension in extensions
            select Path.Combine(Path.GetFullPath(spec.WorkingDirectory), folder, spec.FileName + extension);
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & AnyExecute) != UnixFileMode.None;
}
