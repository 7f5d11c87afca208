using System.Diagnostics;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>A file system of two megabytes in a temporary folder of its own.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string directory) => Directory = directory;

    public string Directory { get; }

    /// <summary><see langword="null"/> where mounting is not allowed.</summary>
    public static SmallDisk? Mount()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return null;
        var directory = System.IO.Directory.CreateTempSubdirectory("journal-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory)) return new SmallDisk(directory);
        System.IO.Directory.Delete(directory);
        return null;
    }

    public void Dispose()
    {
        Run("umount", Directory);
        System.IO.Directory.Delete(Directory);
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
