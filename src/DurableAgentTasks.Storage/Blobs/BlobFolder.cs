using System.Runtime.InteropServices;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>
/// The folder of a <see cref="FileBlobStore"/>: where a blob's file is, folders that come and go with their files, and the temporary
/// files, which lie in a folder no blob's name can reach. No path through a symbolic link is ever followed.
/// </summary>
internal sealed partial class BlobFolder
{
    private const int NoSuchEntry = 2;
    private readonly string _root;
    private readonly string _temporary;
    private readonly Lock _tree = new();
    private long _temporaries;

    /// <summary>Makes the folder if need be and clears what a crash left unfinished.</summary>
    public BlobFolder(string root)
    {
        _root = Path.GetFullPath(root);
        _temporary = Path.Combine(_root, "~tmp");
        if (Directory.Exists(_temporary)) Directory.Delete(_temporary, recursive: true);
        Directory.CreateDirectory(_temporary);
    }

    /// <summary>Held by the process that has leases; no blob's name can reach it.</summary>
    public string LockFile => Path.Combine(_root, "~lock");

    public string NewTemporaryFile() => Path.Combine(_temporary, Interlocked.Increment(ref _temporaries).ToString());

    /// <exception cref="ArgumentException">The name breaks the rule of names.</exception>
    /// <exception cref="IOException">A symbolic link is in the way.</exception>
    public string PathOf(string name)
    {
        BlobRules.CheckName(name);
        return Resolve(name);
    }

    /// <summary>Runs <paramref name="place"/> while the folder of the file stands, made if need be.</summary>
    public void Place(string path, Action place)
    {
        lock (_tree)
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            place();
        }
    }

    /// <summary>Deletes the file and the folders it leaves empty.</summary>
    public void Remove(string path)
    {
        lock (_tree)
        {
            File.Delete(path);
            var folder = Path.GetDirectoryName(path)!;
            while (folder.Length > _root.Length && !Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
                folder = Path.GetDirectoryName(folder)!;
            }

            Flush(folder);
        }
    }

    /// <summary>Names and files in ordinal order of the names; one folder is read at a time.</summary>
    public IEnumerable<(string Name, FileInfo File)> List(string prefix)
    {
        BlobRules.CheckPrefix(prefix);
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(folder, new DirectoryInfo(Resolve(folder.TrimEnd('/'))), prefix);
    }

    /// <summary>Puts the folder's entries on the disk: a new, renamed or deleted file lasts only then.</summary>
    public static void Flush(string folder)
    {
        // Windows keeps entries with the file and has no such call.
        if (OperatingSystem.IsWindows()) return;
        var descriptor = OpenFolder(folder, 0);
        if (descriptor < 0)
        {
            if (Marshal.GetLastPInvokeError() == NoSuchEntry) return; // Deleted since, with all that was in it.
            throw new IOException($"Cannot open {folder} to flush it (error {Marshal.GetLastPInvokeError()}).");
        }

        try
        {
            if (FlushFolder(descriptor) != 0)
                throw new IOException($"Cannot flush {folder} to the disk (error {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = CloseFolder(descriptor);
        }
    }

    private string Resolve(string name)
    {
        var path = _root;
        var mayExist = true;
        foreach (var segment in name.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path = Path.Combine(path, segment);
            if (!mayExist) continue;
            var attributes = new FileInfo(path).Attributes;
            mayExist = attributes != (FileAttributes)(-1);
            if (mayExist && attributes.HasFlag(FileAttributes.ReparsePoint))
                throw new IOException($"{path} is a symbolic link; the data folder must not hold any. Remove it.");
        }

        return path;
    }

    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder)!;
        MakeFolder(parent);
        Directory.CreateDirectory(folder);
        Flush(parent);
    }

    private static IEnumerable<(string Name, FileInfo File)> Walk(string folder, DirectoryInfo directory, string prefix)
    {
        foreach (var (name, entry) in Entries(folder, directory, prefix))
        {
            if (entry is FileInfo file) yield return (name, file);
            else foreach (var inner in Walk(name, (DirectoryInfo)entry, prefix)) yield return inner;
        }
    }

    /// <summary>A folder's name ends with <c>/</c>, and so it sorts where the names of its files sort.</summary>
    private static List<(string Name, FileSystemInfo Entry)> Entries(string folder, DirectoryInfo directory, string prefix)
    {
        try
        {
            var entries = directory.EnumerateFileSystemInfos()
                .Where(entry => BlobRules.IsSegment(entry.Name) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                .Select(entry => (Name: folder + entry.Name + (entry is DirectoryInfo ? "/" : ""), Entry: entry))
                .Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal))
                .ToList();
            entries.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            return entries;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushFolder(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseFolder(int descriptor);
}
