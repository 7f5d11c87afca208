using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Simulation.Disk;

/// <summary>
/// A disk in memory. What was written and not flushed may be lost, or torn, when its host dies; from then on nothing is written any more,
/// and <see cref="Survivor"/> is what the next life of the host finds.
/// </summary>
internal sealed class SimulatedDisk : IJournalFiles
{
    private readonly Dictionary<string, MemoryFile> _files;
    private int _writesLeft = int.MaxValue;
    private WriteFate _fate;
    private Action _onDeath = () => { };
    private bool _isDead;

    public SimulatedDisk() => _files = [];

    private SimulatedDisk(Dictionary<string, MemoryFile> files) => _files = files;

    public bool IsDead => _isDead;

    /// <summary>Dies in the midst of a write.</summary>
    /// <param name="writes">How many go well before.</param>
    /// <param name="fate">What becomes of the one it dies in.</param>
    /// <param name="onDeath">Called then.</param>
    public void DieAfter(int writes, WriteFate fate, Action onDeath) => (_writesLeft, _fate, _onDeath) = (writes, fate, onDeath);

    public void Die() => _isDead = true;

    public SimulatedDisk Survivor() => new(_files.ToDictionary(file => file.Key, file => file.Value.Survivor()));

    public IDisposable Take(string directory, TimeProvider time) => new Nobody();

    public IEnumerable<string> List(string directory) => [.. _files.Keys];

    public bool Exists(string path) => _files.ContainsKey(path);

    public IJournalFile Create(string path, long length)
    {
        var file = new MemoryFile(new byte[length]);
        if (!_isDead) _files[path] = file;
        return new OpenFile(this, file);
    }

    public IJournalFile Open(string path) =>
        _files.TryGetValue(path, out var file) ? new OpenFile(this, file) : throw new FileNotFoundException("It is not there.", path);

    public void Rename(string from, string to)
    {
        if (!_isDead && _files.Remove(from, out var file)) _files[to] = file;
    }

    public void Delete(string path)
    {
        if (!_isDead) _files.Remove(path);
    }

    public void FlushDirectory(string path)
    {
        // Names are durable at once; what becomes of them is for the engine's own tests.
    }

    private void Write(MemoryFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (_isDead) return;
        if (--_writesLeft >= 0)
        {
            file.Write(bytes, offset);
            return;
        }

        var part = _fate switch
        {
            WriteFate.Lost => 0,
            WriteFate.Torn => bytes.Length / 2,
            _ => bytes.Length,
        };
        if (part > 0) file.Write(bytes[..part], offset);
        file.Flush();
        _isDead = true;
        _onDeath();
    }

    private void Flush(MemoryFile file)
    {
        if (!_isDead) file.Flush();
    }

    private sealed class OpenFile(SimulatedDisk disk, MemoryFile file) : IJournalFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => disk.Write(file, bytes, offset);

        public void Flush() => disk.Flush(file);

        public void Dispose()
        {
            // Only its handle closes.
        }
    }

    private sealed class Nobody : IDisposable
    {
        public void Dispose()
        {
            // Nobody else could take it.
        }
    }
}

/// <summary>What becomes of a write in which the host dies.</summary>
internal enum WriteFate
{
    Lost,
    Torn,

    /// <summary>It is on the disk, and nobody was told.</summary>
    Kept,
}
