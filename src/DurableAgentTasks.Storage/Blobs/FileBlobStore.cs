using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>
/// Blobs as files of a folder that belongs to this process alone. A whole write goes to a temporary file, which is flushed and renamed;
/// conditions are checked and acted on under a lock of the name. An ETag is the time of the write, no two of which are alike, and the length.
/// </summary>
public sealed class FileBlobStore : IBlobStore
{
    private const int CopyBuffer = 128 * 1024;
    private readonly BlobFolder _folder;
    private readonly FileLeases _leases;
    private readonly TimeProvider _time;
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private long _lastStamp;

    /// <param name="folder">Made if it is missing; what an earlier crash left unfinished in it is cleared.</param>
    /// <param name="time">Stamps the files.</param>
    public FileBlobStore(string folder, TimeProvider time)
    {
        _folder = new BlobFolder(folder);
        _leases = new FileLeases(_folder.LockFile, time);
        _time = time;
    }

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        var path = _folder.PathOf(name);
        if (!File.Exists(path)) return Task.FromResult<BlobReading?>(null);
        try
        {
            var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            var properties = Properties(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
            var end = Math.Min(properties.Length, offset + Math.Min(length ?? long.MaxValue, long.MaxValue - offset));
            return Task.FromResult<BlobReading?>(new BlobReading(new FileRangeStream(handle, offset, end), properties));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<BlobReading?>(null);
        }
    }

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Find(_folder.PathOf(name)));
    }

    public async Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        var path = _folder.PathOf(name);
        var temporary = _folder.NewTemporaryFile();
        try
        {
            var written = await WriteTemporaryAsync(temporary, content, cancellationToken);
            lock (StripeOf(name))
            {
                if (!condition.Holds(Find(path)?.ETag)) return null;
                _folder.Place(path, () => File.Move(temporary, path, overwrite: true));
            }

            BlobFolder.Flush(Path.GetDirectoryName(path)!);
            return written.ETag;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Written on the caller's thread: it is a copy into the page cache, and on Linux an asynchronous one would block a thread all the same.
    public Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken)
    {
        BlobRules.CheckAppend(content);
        cancellationToken.ThrowIfCancellationRequested();
        var path = _folder.PathOf(name);
        long length;
        bool created;
        lock (StripeOf(name))
        {
            created = !File.Exists(path);
            if (created && expectedLength > 0) return Task.FromResult<long?>(null);
            using var handle = OpenToAppend(path, created);
            length = RandomAccess.GetLength(handle);
            if (expectedLength is { } expected && expected != length) return Task.FromResult<long?>(null);
            Append(handle, content.Span, length, durability);
        }

        if (created && durability == BlobDurability.Disk) BlobFolder.Flush(Path.GetDirectoryName(path)!);
        return Task.FromResult<long?>(length + content.Length);
    }

    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (name, file) in _folder.List(prefix))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(file.FullName) is { } found) yield return new BlobItem(name, found.Length, found.LastModified);
        }
    }

    public Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _folder.PathOf(name);
        lock (StripeOf(name))
        {
            var found = Find(path);
            if (found is not null && !condition.Holds(found.ETag)) return Task.FromResult(false);
            _leases.Break(name);
            if (found is null) return Task.FromResult(false);
            _folder.Remove(path);
            return Task.FromResult(true);
        }
    }

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        BlobRules.CheckLease(duration);
        cancellationToken.ThrowIfCancellationRequested();
        _folder.PathOf(name);
        return Task.FromResult(_leases.TryTake(name, holder, duration));
    }

    private async Task<BlobProperties> WriteTemporaryAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            long length = 0;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                RandomAccess.Write(handle, buffer.AsSpan(0, read), length);
                length += read;
            }

            var time = Stamp(handle);
            RandomAccess.FlushToDisk(handle);
            return Properties(time, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SafeFileHandle OpenToAppend(string path, bool create)
    {
        SafeFileHandle? handle = null;
        if (create) _folder.Place(path, Open);
        else Open();
        return handle!;

        void Open() => handle = File.OpenHandle(
            path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Append(SafeFileHandle handle, ReadOnlySpan<byte> content, long length, BlobDurability durability)
    {
        try
        {
            RandomAccess.Write(handle, content, length);
        }
        catch (IOException)
        {
            // The disk is full or failing: what did get through is taken back.
            RandomAccess.SetLength(handle, length);
            throw;
        }

        Stamp(handle);
        if (durability == BlobDurability.Disk) RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Gives the file a time no other write of this process has: the clock's own steps are too coarse to tell writes apart.</summary>
    private DateTime Stamp(SafeFileHandle handle)
    {
        long last, next;
        do
        {
            last = Interlocked.Read(ref _lastStamp);
            next = Math.Max(last + 1, _time.GetUtcNow().UtcTicks);
        }
        while (Interlocked.CompareExchange(ref _lastStamp, next, last) != last);

        var time = new DateTime(next, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(handle, time);
        return time;
    }

    private static BlobProperties? Find(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? Properties(file.LastWriteTimeUtc, file.Length) : null;
    }

    private static BlobProperties Properties(DateTime time, long length) =>
        new($"{time.Ticks:x}-{length:x}", length, new DateTimeOffset(time));

    private Lock StripeOf(string name) => _stripes[(uint)string.GetHashCode(name, StringComparison.Ordinal) % _stripes.Length];
}
