using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>.NET opens no directories, and a name in one is durable only after the directory was flushed. Windows needs and has no such call.</summary>
internal static class DirectoryFlush
{
    public static void Run(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        using var handle = Unix.Open(path);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Makes a directory and those above it, durably.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Create(parent);
        Directory.CreateDirectory(path);
        Run(parent);
    }
}

/// <summary>Opens what <see cref="File"/> would not: a directory, or a file that another process has locked.</summary>
internal static class Unix
{
    private const int ReadOnly = 0;

    public static SafeFileHandle Open(string path)
    {
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
        var descriptor = open(path, ReadOnly | closeOnExec);
        if (descriptor < 0) throw new IOException($"Cannot open {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
