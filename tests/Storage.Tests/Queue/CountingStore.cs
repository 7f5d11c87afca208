using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Queue;

/// <summary>Counts whole writes, and refuses those a test wants refused. All else is passed on.</summary>
internal sealed class CountingStore(IBlobStore inner) : IBlobStore
{
    private int _writes;

    public int Writes => _writes;

    /// <summary>Called before each write with its number, from 1.</summary>
    public Func<int, Task> Writing { get; set; } = _ => Task.CompletedTask;

    public async Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        await Writing(Interlocked.Increment(ref _writes));
        return await inner.TryWriteAsync(name, content, condition, cancellationToken);
    }

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(name, offset, length, cancellationToken);

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        inner.GetPropertiesAsync(name, cancellationToken);

    public Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken) =>
        inner.TryAppendAsync(name, content, expectedLength, durability, cancellationToken);

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken) =>
        inner.TryDeleteAsync(name, condition, cancellationToken);

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken) =>
        inner.TryLeaseAsync(name, holder, duration, cancellationToken);
}
