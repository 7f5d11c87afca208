using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Tasks;

/// <summary>Lets so many deletes through and then fails, as if the process had ended there. All else is passed on.</summary>
internal sealed class InterruptedStore(IBlobStore inner, int deletes) : IBlobStore
{
    private int _left = deletes;

    public Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken) =>
        _left-- > 0 ? inner.TryDeleteAsync(name, condition, cancellationToken) : throw new IOException("Interrupted.");

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken) =>
        inner.TryLeaseAsync(name, holder, duration, cancellationToken);

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(name, offset, length, cancellationToken);

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        inner.GetPropertiesAsync(name, cancellationToken);

    public Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken) =>
        inner.TryWriteAsync(name, content, condition, cancellationToken);

    public Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken) =>
        inner.TryAppendAsync(name, content, expectedLength, durability, cancellationToken);

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);
}
