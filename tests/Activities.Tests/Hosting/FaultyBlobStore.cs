using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>A store whose writes fail as long as <see cref="Fault"/> has something to throw.</summary>
internal sealed class FaultyBlobStore(IBlobStore store) : IBlobStore
{
    private int _refused;

    /// <summary>Asked with the name of the blob before each write.</summary>
    public Func<string, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Told the name of each blob that is asked for.</summary>
    public Action<string> Reading { get; set; } = _ => { };

    /// <summary>Told whenever a lease is asked for.</summary>
    public Action Leasing { get; set; } = () => { };

    public int Refused => Volatile.Read(ref _refused);

    public Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken)
    {
        var reading = store.OpenReadAsync(name, offset, length, cancellationToken);
        Reading(name);
        return reading;
    }

    public Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        store.GetPropertiesAsync(name, cancellationToken);

    public Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        Check(name);
        return store.TryWriteAsync(name, content, condition, cancellationToken);
    }

    public Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken)
    {
        Check(name);
        return store.TryAppendAsync(name, content, expectedLength, durability, cancellationToken);
    }

    public IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken) =>
        store.TryDeleteAsync(name, condition, cancellationToken);

    public Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Leasing();
        return store.TryLeaseAsync(name, holder, duration, cancellationToken);
    }

    private void Check(string name)
    {
        if (Fault(name) is not { } fault) return;
        Interlocked.Increment(ref _refused);
        throw fault;
    }
}
