using System.IO.Enumeration;
using System.Runtime.InteropServices;

namespace DurableAgentTasks.Agents.Watching;

/// <summary>
/// Walks through a folder in steps of bounded work, hidden files included, following no link. What is gone or closed to us when we come
/// to it is left out; between two steps the tree may change.
/// </summary>
/// <param name="root">Need not exist.</param>
/// <param name="latest">A later time of change is a mistake and says nothing.</param>
internal sealed class FolderWalk(string root, DateTimeOffset latest) : IDisposable
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    private readonly Stack<string> _folders = new([root]);
    private IEnumerator<Entry>? _entries;

    /// <summary>The length of the files so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// The latest change so far: of a file's content, or of what a folder holds. One that sets back the time of a file it rewrites is
    /// not seen.
    /// </summary>
    public DateTimeOffset Newest { get; private set; } = ChangeOf(root, latest);

    /// <summary>Looks at <paramref name="most"/> more entries; true once there are no more.</summary>
    public bool Step(int most)
    {
        for (var seen = 0; seen < most; seen++)
        {
            while (!Next())
            {
                if (!_folders.TryPop(out var folder)) return true;
                _entries = Open(folder);
            }

            Add(_entries!.Current);
        }

        return false;
    }

    public void Dispose() => _entries?.Dispose();

    private void Add(Entry entry)
    {
        Bytes += entry.Bytes;
        if (entry.Changed > Newest && entry.Changed <= latest) Newest = entry.Changed;
        if (entry.Folder is { } folder) _folders.Push(folder);
    }

    private bool Next()
    {
        try
        {
            if (_entries?.MoveNext() == true) return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The rest of this folder cannot be read.
        }

        _entries?.Dispose();
        _entries = null;
        return false;
    }

    private static IEnumerator<Entry>? Open(string folder)
    {
        try
        {
            return new FileSystemEnumerable<Entry>(folder, Describe, Everything).GetEnumerator();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Entry Describe(ref FileSystemEntry entry)
    {
        if ((entry.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None) return new Entry(null, 0, entry.LastWriteTimeUtc);
        return entry.IsDirectory
            ? new Entry(entry.ToFullPath(), 0, entry.LastWriteTimeUtc)
            : new Entry(null, entry.Length, entry.LastWriteTimeUtc);
    }

    private static DateTimeOffset ChangeOf(string folder, DateTimeOffset latest)
    {
        var changed = new DateTimeOffset(Directory.GetLastWriteTimeUtc(folder));
        return changed <= latest ? changed : DateTimeOffset.MinValue;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(string? Folder, long Bytes, DateTimeOffset Changed);
}
