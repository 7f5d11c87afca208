using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// When folders were last changed: when something was added, taken away or renamed in them, or their own ignore rules were. The time is
/// the system's own, which no program can set back: https://man7.org/linux/man-pages/man2/statx.2.html
/// </summary>
internal sealed partial class FolderTimes
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeAndChange = 0x1 | 0x80;
    private const int BufferSize = 256;
    private const int ModeAt = 28;
    private const int ChangeAt = 96;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xF000;
    private const int FolderType = 0x4000;

    /// <summary>File systems of the machine itself. Others may tell what they remember, or the time of another machine.</summary>
    private static readonly string[] Local = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay", "overlayfs"];

    private readonly byte[] _root;
    private readonly ulong? _device;

    public FolderTimes(string root)
    {
        _root = Encoding.UTF8.GetBytes(root);
        _device = Look(""u8, ""u8)?.Device;
    }

    /// <summary>Whether they can be known of this work tree.</summary>
    public static bool AreKnown(string root)
    {
        try
        {
            return OperatingSystem.IsLinux() && Local.Contains(new DriveInfo(root).DriveFormat) && new FolderTimes(root).Of(default, default) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// Of a folder and of its ignore rules, in nanoseconds; <see langword="null"/> if there is no such folder, or it is of another file
    /// system than the root, of which nothing is known.
    /// </summary>
    /// <param name="folder">From the top.</param>
    /// <param name="then">Its times before: a folder that had no rules then, and in which nothing has come since, has none now.</param>
    public (long Folder, long Rules)? Of(GitPath folder, (long Folder, long Rules) then)
    {
        if (Look(folder.Span, ""u8) is not (var changed, true, var device) || device != _device) return null;
        return changed == then.Folder && then.Rules == 0 ? then : (changed, Look(folder.Span, "/.gitignore"u8)?.Changed ?? 0);
    }

    private (long Changed, bool IsFolder, ulong Device)? Look(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        Span<byte> found = stackalloc byte[BufferSize];
        byte[] absolute = [.. _root, .. path.IsEmpty ? ""u8 : "/"u8, .. path, .. name, 0];
        if (statx(CurrentFolder, absolute, NoFollow, TypeAndChange, found) != 0) return null;
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(found[ChangeAt..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(found[(ChangeAt + sizeof(long))..]);
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(found[ModeAt..]);
        var device = BinaryPrimitives.ReadUInt64LittleEndian(found[DeviceAt..]);
        return ((seconds * 1_000_000_000) + nanoseconds, (mode & TypeMask) == FolderType, device);
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int statx(int folder, ReadOnlySpan<byte> path, int flags, uint mask, Span<byte> found);
}
