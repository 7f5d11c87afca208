using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>A store whose disk can be full: then nothing is written, and all is readable and can be deleted. And a part of it can be broken.</summary>
internal sealed class FailingBlobStore(IBlobStore store) : IBlobStore
{
    public bool IsFull { get; set; }

    /// <summary>What begins with this can be neither listed nor read.</summary>
    public string? Broken { get; set; }

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken) =>
        IsBroken(name) ? throw Damaged(name) : store.OpenReadAsync(name, offset, length, cancellationToken);

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        store.GetPropertiesAsync(name, cancellationToken);

    public Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        Check();
        return store.TryWriteAsync(name, content, condition, cancellationToken);
    }

    public Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken)
    {
        Check();
        return store.TryAppendAsync(name, content, expectedLength, durability, cancellationToken);
    }

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) =>
        IsBroken(prefix) ? throw Damaged(prefix) : store.ListAsync(prefix, cancellationToken);

    public Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken) =>
        store.TryDeleteAsync(name, condition, cancellationToken);

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken) =>
        store.TryLeaseAsync(name, holder, duration, cancellationToken);

    private bool IsBroken(string name) => Broken is { } broken && name.StartsWith(broken, StringComparison.Ordinal);

    private static IOException Damaged(string name) => new($"{name} is damaged.");

    private void Check()
    {
        if (IsFull) throw new IOException("No space left on device : '/secret/path'");
    }
}
