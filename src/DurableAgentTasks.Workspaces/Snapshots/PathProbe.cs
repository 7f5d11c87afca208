using System.Runtime.InteropServices;
using System.Text;
using DurableAgentTasks.Workspaces.Git;
using Microsoft.Win32.SafeHandles;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>What stands at a path of the work tree.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of a file.</param>
/// <param name="Error">Why a file cannot be read.</param>
internal readonly record struct ProbedPath(PathKind Kind, long Length = 0, string? Error = null);

internal enum PathKind
{
    /// <summary>Nothing, or something beyond a symbolic link, which is not of the work tree.</summary>
    Missing,
    Folder,
    Link,
    File,
    Unreadable,
}

/// <summary>
/// Looks at paths without following links. On Unix a name may be no UTF-8, which the file classes of .NET cannot say; so this asks the
/// system with bytes.
/// </summary>
internal sealed partial class PathProbe(string root)
{
    private const int Existence = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NonBlockingMac = 0x4;
    private const int CloseOnExecMac = 0x1000000;

    private readonly byte[] _root = Encoding.UTF8.GetBytes(root);
    private readonly HashSet<GitPath> _realFolders = [];

    public ProbedPath Look(GitPath path)
    {
        if (!HasRealParents(path)) return new ProbedPath(PathKind.Missing);
        return OperatingSystem.IsWindows() ? LookOnWindows(path) : LookOnUnix(Absolute(path.Span, ""u8), Absolute(path.Span, "/."u8));
    }

    /// <summary>Gives what is at a path another name; nothing may have that.</summary>
    /// <exception cref="IOException">The system does not let it.</exception>
    public void Move(GitPath from, GitPath to)
    {
        if (OperatingSystem.IsWindows()) Directory.Move(Path.Combine(root, from.ToPlainString()), Path.Combine(root, to.ToPlainString()));
        else if (rename(Absolute(from.Span, ""u8), Absolute(to.Span, ""u8)) != 0) throw new IOException($"{from} cannot be moved to {to}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static ProbedPath LookOnUnix(ReadOnlySpan<byte> absolute, ReadOnlySpan<byte> asFolder)
    {
        if (IsLink(absolute)) return new ProbedPath(PathKind.Link);
        if (access(asFolder, Existence) == 0) return new ProbedPath(PathKind.Folder);
        var flags = OperatingSystem.IsMacOS() ? NonBlockingMac | CloseOnExecMac : NonBlocking | CloseOnExec;
        var descriptor = open(absolute, flags);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeErrorMessage();
            return access(absolute, Existence) == 0 ? new ProbedPath(PathKind.Unreadable, Error: error) : new ProbedPath(PathKind.Missing);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            return new ProbedPath(PathKind.File, RandomAccess.GetLength(handle));
        }
        catch (NotSupportedException)
        {
            return new ProbedPath(PathKind.Unreadable, Error: "it is a pipe or a device");
        }
    }

    private ProbedPath LookOnWindows(GitPath path)
    {
        var file = new FileInfo(Path.Combine(root, path.ToPlainString()));
        if (!file.Exists) return new ProbedPath(Directory.Exists(file.FullName) ? PathKind.Folder : PathKind.Missing);
        return file.LinkTarget is null ? new ProbedPath(PathKind.File, file.Length) : new ProbedPath(PathKind.Link);
    }

    private bool HasRealParents(GitPath path)
    {
        var slash = path.Span.LastIndexOf((byte)'/');
        if (slash < 0) return true;
        var parent = new GitPath(path.Bytes[..slash]);
        if (_realFolders.Contains(parent)) return true;
        if (!HasRealParents(parent) || IsLinkAt(parent)) return false;
        return _realFolders.Add(parent);
    }

    private bool IsLinkAt(GitPath path) =>
        OperatingSystem.IsWindows() ? new DirectoryInfo(Path.Combine(root, path.ToPlainString())).LinkTarget is not null : IsLink(Absolute(path.Span, ""u8));

    private static bool IsLink(ReadOnlySpan<byte> absolute)
    {
        Span<byte> target = stackalloc byte[1];
        return readlink(absolute, target, 1) >= 0;
    }

    private byte[] Absolute(ReadOnlySpan<byte> path, ReadOnlySpan<byte> end) => [.. _root, (byte)'/', .. path, .. end, 0];

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint readlink(ReadOnlySpan<byte> path, Span<byte> buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int access(ReadOnlySpan<byte> path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int open(ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);
}
