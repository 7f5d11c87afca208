namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>
/// The few things the journal does to a disk. <see cref="DiskFiles"/> does them; tests put failures and crashes in between.
/// All calls throw <see cref="IOException"/> when the disk fails, <see cref="DiskFullException"/> when it has no room.
/// </summary>
internal interface IJournalFiles
{
    /// <summary>Makes the folder if it is missing, and holds it against others until it is disposed.</summary>
    /// <exception cref="JournalInUseException">Another process holds it.</exception>
    IDisposable Take(string directory, TimeProvider time)
    {
        DirectoryFlush.Create(directory);
        return JournalLock.Take(directory, time);
    }

    /// <summary>The paths of the files in a directory.</summary>
    IEnumerable<string> List(string directory) => Directory.EnumerateFiles(directory);

    bool Exists(string path) => File.Exists(path);

    /// <summary>Makes a file of <paramref name="length"/> zeros, replacing one of that name. On failure nothing is left behind.</summary>
    IJournalFile Create(string path, long length);

    IJournalFile Open(string path);

    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Makes the names in a directory durable: those created, renamed and deleted before the call.</summary>
    void FlushDirectory(string path);
}

internal interface IJournalFile : IDisposable
{
    long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> unless the file ends before; the number of bytes read.</summary>
    int Read(Span<byte> buffer, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    void Flush();
}

/// <summary>The disk has no room, or the user's share of it is used up.</summary>
internal sealed class DiskFullException(IOException inner) : IOException(inner.Message, inner);
