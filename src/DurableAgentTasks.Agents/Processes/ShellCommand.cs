using System.Text;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>A command text for the system's shell: <c>/bin/sh -c</c>, or <c>cmd.exe /d /s /c</c> on Windows.</summary>
public static class ShellCommand
{
    private const int SummaryLength = 120;

    /// <param name="command">Any text the shell understands, of any length and number of lines.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="folder">The folder of this run.</param>
    /// <param name="tag">The tag of this run.</param>
    public static ProcessSpec ToSpec(string command, string workingDirectory, RunFolder folder, RunTag tag)
    {
        var windows = OperatingSystem.IsWindows();
        // cmd reads one line only, and has its own ideas of quotes: it gets every command as a file.
        var inFile = windows || Encoding.UTF8.GetByteCount(command) > LaunchCheck.LongestArgument;
        string[] switches = windows ? ["/d", "/s", "/c"] : inFile ? [] : ["-c", command];
        return new ProcessSpec
        {
            FileName = windows ? "cmd.exe" : "/bin/sh",
            Arguments = switches,
            Script = inFile ? command : null,
            WorkingDirectory = workingDirectory,
            Folder = folder,
            Tag = tag,
            Summary = command.Length > SummaryLength ? $"{command[..SummaryLength]}…" : command,
        };
    }
}
