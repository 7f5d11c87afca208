namespace DurableAgentTasks.Storage.Blobs;

/// <summary>
/// Named bytes: files in a folder (<c>FileBlobStore</c>) or blobs in a container of Azure Storage (<c>AzureBlobStore</c>).
/// Everything the service keeps beside the engine's history is written once, above this port.
/// </summary>
/// <remarks>
/// Names are <c>/</c>-separated segments of <c>[a-z0-9._-]</c> that do not end with <c>.</c>, at most 512 characters in all; a name is
/// not also the folder of another one. Anything else is an <see cref="ArgumentException"/>.
/// Whatever returns normally is on the disk, or acknowledged by Azure Storage. Expected refusals are values, not exceptions.
/// Who reads during a write sees the old blob or the new one, whole.
/// <para>An append is not atomic on files: a crash in the middle of one may leave a part of it at the end (never less than what was there
/// before). Who appends frames what they write, so that a reader can tell, and gives the expected length, so that nothing is put
/// behind a torn end unseen.</para>
/// <para>A refusal by Azure Storage is checked before it is reported: the answer to a write that did succeed can be lost, and then the
/// repetition is what gets refused. A write carries a mark of its own, an append is compared with what stands at its place. What cannot
/// be told apart is a write that others have overwritten meanwhile, and a delete; both are reported as refused.</para>
/// </remarks>
public interface IBlobStore
{
    /// <summary>The most bytes of one append: 4 MiB, a block of Azure Storage.</summary>
    const int MaxAppend = 4 * 1024 * 1024;

    /// <summary>Opens the bytes from <paramref name="offset"/> on; <see langword="null"/> if there is no such blob.</summary>
    /// <param name="name">The blob.</param>
    /// <param name="offset">From 0; at or past the end gives an empty stream.</param>
    /// <param name="length">At most so many; <see langword="null"/>: to the end.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken);

    /// <summary>ETag, length and time of last change; <see langword="null"/> if there is no such blob.</summary>
    Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes the whole blob, at once or not at all.</summary>
    /// <returns>The new ETag, or <see langword="null"/> if <paramref name="condition"/> does not hold; nothing is changed then.</returns>
    Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken);

    /// <summary>Adds to the end of a blob made for appending; it is created on the first call.</summary>
    /// <param name="name">The blob.</param>
    /// <param name="content">1 to <see cref="MaxAppend"/> bytes.</param>
    /// <param name="expectedLength">Only if the blob is exactly this long (0: new); <see langword="null"/>: whatever it is.</param>
    /// <param name="durability">Whether a power failure may take it back.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The new length, or <see langword="null"/> if the length is another one, or the blob can take no more blocks.</returns>
    Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken);

    /// <summary>The blobs whose names begin with <paramref name="prefix"/> (empty: all), in ordinal order of their names.</summary>
    IAsyncEnumerable<BlobItem> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <returns>Whether it was there and is gone; <see langword="false"/> also if <paramref name="condition"/> does not hold.</returns>
    Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the lease of a name, which one holder has at a time, of whichever process or machine. It comes free when it is released, when
    /// it was not renewed for its duration, when a blob of the name is deleted and, on files, when the process of its holder ends.
    /// </summary>
    /// <param name="name">Used for nothing else: Azure Storage keeps an empty blob there.</param>
    /// <param name="holder">Who takes it. Who has it already has it anew, so that a lost answer, or a crash, does not lock its holder out.</param>
    /// <param name="duration">15 to 60 s, in whole seconds.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="null"/> if somebody else has it.</returns>
    Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken);
}

/// <summary>A lease that was taken; disposing it releases it.</summary>
public interface IBlobLease : IAsyncDisposable
{
    /// <summary>Has it last for its duration from now on.</summary>
    /// <returns><see langword="false"/> if it was lost: somebody else may have it.</returns>
    Task<bool> RenewAsync(CancellationToken cancellationToken);
}

/// <summary>When a write counts.</summary>
public readonly record struct BlobCondition
{
    private BlobCondition(string? ifMatch, bool ifAbsent) => (IfMatch, IfAbsent) = (ifMatch, ifAbsent);

    public string? IfMatch { get; }

    public bool IfAbsent { get; }

    /// <summary>Always.</summary>
    public static BlobCondition None => default;

    /// <summary>Only if there is no blob of this name (<c>If-None-Match: *</c>).</summary>
    public static BlobCondition Absent => new(null, true);

    /// <summary>Only if the blob is the one that was read (<c>If-Match</c>).</summary>
    public static BlobCondition Unchanged(string etag) => new(etag, false);

    /// <param name="etag">Of the blob as it is; <see langword="null"/> if there is none.</param>
    internal bool Holds(string? etag) => IfAbsent ? etag is null : IfMatch is null || IfMatch == etag;
}

public enum BlobDurability
{
    /// <summary>Survives the end of this process, such as by <c>kill -9</c>; a power failure may lose the last moments. Fast.</summary>
    Process,

    /// <summary>Flushed to the disk.</summary>
    Disk,
}

/// <param name="ETag">Another one after every change.</param>
/// <param name="Length">Bytes.</param>
/// <param name="LastModified">When it was last written or appended to.</param>
public sealed record BlobProperties(string ETag, long Length, DateTimeOffset LastModified);

public sealed record BlobItem(string Name, long Length, DateTimeOffset LastModified);

/// <summary>An open blob; disposing it closes the stream.</summary>
public sealed record BlobReading(Stream Content, BlobProperties Properties) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
