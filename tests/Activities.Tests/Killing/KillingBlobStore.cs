using System.Diagnostics;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Activities.Tests.Killing;

/// <summary>A store that ends this process as <c>kill -9</c> does, at its n-th change.</summary>
internal sealed class KillingBlobStore(IBlobStore store, int change, KillMoment moment) : IBlobStore
{
    private int _changes;

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken) =>
        store.OpenReadAsync(name, offset, length, cancellationToken);

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) => store.GetPropertiesAsync(name, cancellationToken);

    public async Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        var isLast = Interlocked.Increment(ref _changes) == change;
        var written = await store.TryWriteAsync(name, isLast && moment == KillMoment.During ? new DeadlyStream(content) : content, condition, cancellationToken);
        if (isLast) Kill();
        return written;
    }

    public async Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken)
    {
        var length = await store.TryAppendAsync(name, content, expectedLength, durability, cancellationToken);
        if (Interlocked.Increment(ref _changes) == change) Kill();
        return length;
    }

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public async Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken)
    {
        var deleted = await store.TryDeleteAsync(name, condition, cancellationToken);
        if (Interlocked.Increment(ref _changes) == change) Kill();
        return deleted;
    }

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken) =>
        store.TryLeaseAsync(name, holder, duration, cancellationToken);

    private static void Kill() => Process.GetCurrentProcess().Kill();

    /// <summary>Whoever reads it dies after the first half.</summary>
    private sealed class DeadlyStream(Stream content) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => content.CanSeek;

        public override bool CanWrite => false;

        public override long Length => content.Length;

        public override long Position
        {
            get => content.Position;
            set => content.Position = value;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = content.Read(buffer, offset, (int)Math.Min(count, Math.Max(1, Length / 8)));
            if (Position >= Length / 2) Kill();
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}

public enum KillMoment
{
    /// <summary>In the middle of the content.</summary>
    During,

    /// <summary>When it is stored.</summary>
    After,
}
