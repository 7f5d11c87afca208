using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Tests.Journal;

internal enum FileAction
{
    Create,
    Write,
    Flush,
    Rename,
    Delete,
    FlushDirectory,
}

/// <param name="Action">What is done.</param>
/// <param name="Path">To which file; of a renaming, the new name.</param>
/// <param name="Offset">Where it writes.</param>
/// <param name="Length">How much.</param>
internal readonly record struct FileCall(FileAction Action, string Path, long Offset = 0, long Length = 0)
{
    public bool IsSegment => Path.EndsWith(".log", StringComparison.Ordinal);
}

/// <summary>The real disk, with a test looking at every change before it is made; what it throws is what the disk answers.</summary>
internal sealed class WatchedFiles : IJournalFiles
{
    private readonly DiskFiles _disk = new();
    private readonly Lock _oneAtATime = new();

    /// <summary>One change at a time: what is looked at before one is the whole folder between two changes.</summary>
    public bool IsSerial { get; init; }

    public Action<FileCall> Before { get; set; } = _ => { };

    /// <summary>Leaves all segments where they are.</summary>
    public bool RefusesCompaction { get; init; }

    public IJournalFile Create(string path, long length)
    {
        if (RefusesCompaction && length == 0) throw new DiskFullException(new IOException("No room for a compaction"));
        IJournalFile? file = null;
        Change(new FileCall(FileAction.Create, path, 0, length), () => file = _disk.Create(path, length));
        return new WatchedFile(this, path, file!);
    }

    public IJournalFile Open(string path) => new WatchedFile(this, path, _disk.Open(path));

    public void Rename(string from, string to) => Change(new FileCall(FileAction.Rename, to), () => _disk.Rename(from, to));

    public void Delete(string path) => Change(new FileCall(FileAction.Delete, path), () => _disk.Delete(path));

    public void FlushDirectory(string path) =>
        Change(new FileCall(FileAction.FlushDirectory, path), () => _disk.FlushDirectory(path));

    private void Change(FileCall call, Action change)
    {
        if (IsSerial) _oneAtATime.Enter();
        try
        {
            Before(call);
            change();
        }
        finally
        {
            if (IsSerial) _oneAtATime.Exit();
        }
    }

    private sealed class WatchedFile(WatchedFiles files, string path, IJournalFile file) : IJournalFile
    {
        // The unfinished name is the file's own until it is renamed; tests look at the one it will have.
        private readonly string _name = path.EndsWith(LogFileName.Unfinished, StringComparison.Ordinal)
            ? path[..^LogFileName.Unfinished.Length]
            : path;

        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            files.Change(new FileCall(FileAction.Write, _name, offset, copy.Length), () => file.Write(copy, offset));
        }

        public void Flush() => files.Change(new FileCall(FileAction.Flush, _name), file.Flush);

        public void Dispose() => file.Dispose();
    }
}
