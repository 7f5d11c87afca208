using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Tests.Hosting;

/// <summary>A real disk that fails when told to.</summary>
internal sealed class FaultyDisk : IJournalFiles
{
    private readonly DiskFiles _disk = new();

    /// <summary>Thrown by every write and every making of a file; <see langword="null"/> while the disk is well.</summary>
    public IOException? Fault { get; set; }

    public IJournalFile Create(string path, long length)
    {
        ThrowIfFaulty();
        return new FaultyFile(this, _disk.Create(path, length));
    }

    public IJournalFile Open(string path) => new FaultyFile(this, _disk.Open(path));

    public void Rename(string from, string to) => _disk.Rename(from, to);

    public void Delete(string path) => _disk.Delete(path);

    public void FlushDirectory(string path) => _disk.FlushDirectory(path);

    private void ThrowIfFaulty()
    {
        if (Fault is { } fault) throw fault;
    }

    private sealed class FaultyFile(FaultyDisk disk, IJournalFile file) : IJournalFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            disk.ThrowIfFaulty();
            file.Write(bytes, offset);
        }

        public void Flush() => file.Flush();

        public void Dispose() => file.Dispose();
    }
}
