namespace DurableAgentTasks.Storage.Blobs;

/// <summary>
/// The leases of a <see cref="FileBlobStore"/>. Within the process they are a table with a monotonic clock. As long as there are any, the
/// process holds the folder's lock file open, so that no other one can take any; the system lets go of it however the process ends.
/// </summary>
internal sealed class FileLeases(string lockFile, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _held = [];
    private FileStream? _lock;

    /// <returns><see langword="null"/> if somebody else has it.</returns>
    public IBlobLease? TryTake(string name, Guid holder, TimeSpan duration)
    {
        lock (_gate)
        {
            if (Find(name) is { } other && other.Holder != holder) return null;
            if ((_lock ??= TryLock()) is null) return null;
            _held[name] = new Entry(holder, duration, time.GetTimestamp());
            return new Lease(this, name, holder);
        }
    }

    public void Break(string name)
    {
        lock (_gate) Remove(name);
    }

    private bool TryRenew(string name, Guid holder)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(name, out var mine) || mine.Holder != holder) return false;
            _held[name] = mine with { At = time.GetTimestamp() };
            return true;
        }
    }

    private void Release(string name, Guid holder)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(name, out var mine) && mine.Holder == holder) Remove(name);
        }
    }

    private Entry? Find(string name) => _held.TryGetValue(name, out var entry) && time.GetElapsedTime(entry.At) < entry.Duration ? entry : null;

    private void Remove(string name)
    {
        if (!_held.Remove(name) || _held.Count > 0) return;
        _lock?.Dispose();
        _lock = null;
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException))
        {
            // Another process has it; or the disk is full, which looks the same and passes too.
            return null;
        }
    }

    private sealed record Entry(Guid Holder, TimeSpan Duration, long At);

    private sealed class Lease(FileLeases leases, string name, Guid holder) : IBlobLease
    {
        public Task<bool> RenewAsync(CancellationToken cancellationToken) => Task.FromResult(leases.TryRenew(name, holder));

        public ValueTask DisposeAsync()
        {
            leases.Release(name, holder);
            return ValueTask.CompletedTask;
        }
    }
}
