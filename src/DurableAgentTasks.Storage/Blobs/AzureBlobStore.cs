using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>
/// Blobs of a container of Azure Storage, made on first use: block blobs for whole writes, append blobs for appends. The SDK retries, so
/// the answer to a request that did succeed can be lost and its repetition refused; each refusal is looked into before it is reported.
/// </summary>
public sealed class AzureBlobStore(BlobContainerClient container) : IBlobStore
{
    private const string MarkOfWrite = "writemark";

    // Each part has the network's time limit for itself: in one piece a large bundle would run into it on a slow line, at each attempt.
    private static readonly StorageTransferOptions Parts = new() { InitialTransferSize = 8 << 20, MaximumTransferSize = 8 << 20, MaximumConcurrency = 2 };

    private readonly Lock _gate = new();
    private Task? _containerMade;

    public async Task<BlobReading?> OpenReadAsync(string name, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (length > long.MaxValue - offset) length = null;
        var blob = container.GetBlobClient(Checked(name));
        if (length == 0) return Empty(await GetPropertiesAsync(name, cancellationToken));
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset, length) };
            BlobDownloadStreamingResult answer = await blob.DownloadStreamingAsync(options, cancellationToken);
            return new BlobReading(answer.Content, Properties(answer.Details));
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
        catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.InvalidRange)
        {
            return Empty(await GetPropertiesAsync(name, cancellationToken));
        }
    }

    public async Task<BlobProperties?> GetPropertiesAsync(string name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) is { } found
            ? new BlobProperties(found.ETag.ToString(), found.ContentLength, found.LastModified)
            : null;

    public async Task<string?> TryWriteAsync(string name, Stream content, BlobCondition condition, CancellationToken cancellationToken)
    {
        var blob = container.GetBlockBlobClient(Checked(name));
        await MakeContainerAsync(cancellationToken);
        var mark = Guid.NewGuid().ToString("N");
        var options = new BlobUploadOptions
        {
            Conditions = Conditions(condition),
            Metadata = new Dictionary<string, string> { [MarkOfWrite] = mark },
            TransferOptions = Parts,
        };
        try
        {
            BlobContentInfo written = await blob.UploadAsync(content, options, cancellationToken);
            return written.ETag.ToString();
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            var found = await FindAsync(name, cancellationToken);
            var ours = found is not null && found.Metadata.TryGetValue(MarkOfWrite, out var other) && other == mark;
            if (ours) return found!.ETag.ToString();
            if (error.Status == 412 || error.ErrorCode == BlobErrorCode.BlobAlreadyExists) return null;
            throw;
        }
    }

    public async Task<long?> TryAppendAsync(
        string name, ReadOnlyMemory<byte> content, long? expectedLength, BlobDurability durability, CancellationToken cancellationToken)
    {
        BlobRules.CheckAppend(content);
        var blob = container.GetAppendBlobClient(Checked(name));
        while (true)
        {
            // Without a position, a repetition after a lost answer would append twice; so there always is one.
            var position = expectedLength ?? (await FindAsync(name, cancellationToken))?.ContentLength ?? 0;
            if (position == 0) await CreateAsync(blob, cancellationToken);
            switch (await AppendAtAsync(blob, content, position, cancellationToken))
            {
                case AppendOutcome.Done: return position + content.Length;
                case AppendOutcome.Full: return null;
                case AppendOutcome.OtherLength when expectedLength is not null: return null;
            }
        }
    }

    public async IAsyncEnumerable<BlobItem> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlobRules.CheckPrefix(prefix);
        await MakeContainerAsync(cancellationToken);
        await foreach (var item in container.GetBlobsAsync(prefix: prefix, cancellationToken: cancellationToken))
        {
            var properties = item.Properties;
            yield return new BlobItem(item.Name, properties.ContentLength ?? 0, properties.LastModified ?? DateTimeOffset.UnixEpoch);
        }
    }

    public async Task<bool> TryDeleteAsync(string name, BlobCondition condition, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(Checked(name));
        if (condition.IfAbsent) return false;
        try
        {
            return await blob.DeleteIfExistsAsync(
                DeleteSnapshotsOption.IncludeSnapshots, Conditions(condition), cancellationToken);
        }
        catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            await AzureLease.BreakAsync(blob, cancellationToken);
            return await TryDeleteAsync(name, condition, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 412)
        {
            return false;
        }
    }

    public async Task<IBlobLease?> TryLeaseAsync(string name, Guid holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        BlobRules.CheckLease(duration);
        var blob = container.GetBlobClient(Checked(name));
        await MakeContainerAsync(cancellationToken);
        while (true)
        {
            try
            {
                return await AzureLease.TryTakeAsync(blob, holder, duration, cancellationToken);
            }
            catch (RequestFailedException error) when (error.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                await TryWriteAsync(name, Stream.Null, BlobCondition.Absent, cancellationToken);
            }
        }
    }

    private enum AppendOutcome
    {
        Done,
        OtherLength,
        Full,
    }

    private static async Task<AppendOutcome> AppendAtAsync(
        AppendBlobClient blob, ReadOnlyMemory<byte> content, long position, CancellationToken cancellationToken)
    {
        try
        {
            await using var block = BinaryData.FromBytes(content).ToStream();
            var conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = position };
            await blob.AppendBlockAsync(block, new AppendBlobAppendBlockOptions { Conditions = conditions }, cancellationToken);
            return AppendOutcome.Done;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
        {
            if (await StandsAtAsync(blob, content, position, cancellationToken)) return AppendOutcome.Done;
            if (error.Status is 404 or 412) return AppendOutcome.OtherLength;
            if (error.ErrorCode == BlobErrorCode.BlockCountExceedsLimit || error.ErrorCode == BlobErrorCode.InvalidBlobType)
                return AppendOutcome.Full;
            throw;
        }
    }

    /// <summary>Whether the refused append is there already, by an earlier try whose answer was lost.</summary>
    private static async Task<bool> StandsAtAsync(
        AppendBlobClient blob, ReadOnlyMemory<byte> content, long position, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(position, content.Length) };
            BlobDownloadResult there = await blob.DownloadContentAsync(options, cancellationToken);
            return there.Content.ToMemory().Span.SequenceEqual(content.Span);
        }
        catch (RequestFailedException error) when (error.Status is 404 or 416)
        {
            return false;
        }
    }

    private async Task CreateAsync(AppendBlobClient blob, CancellationToken cancellationToken)
    {
        await MakeContainerAsync(cancellationToken);
        try
        {
            var onlyNew = new AppendBlobRequestConditions { IfNoneMatch = ETag.All };
            await blob.CreateAsync(new AppendBlobCreateOptions { Conditions = onlyNew }, cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            // It is there; its length decides.
        }
    }

    private Task MakeContainerAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_containerMade is null || _containerMade.IsFaulted || _containerMade.IsCanceled)
                _containerMade = container.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
            return _containerMade.WaitAsync(cancellationToken);
        }
    }

    private async Task<Azure.Storage.Blobs.Models.BlobProperties?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await container.GetBlobClient(Checked(name)).GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    private static string Checked(string name)
    {
        BlobRules.CheckName(name);
        return name;
    }

    private static BlobRequestConditions Conditions(BlobCondition condition) => new()
    {
        IfMatch = condition.IfMatch is { } etag ? new ETag(etag) : null,
        IfNoneMatch = condition.IfAbsent ? ETag.All : null,
    };

    private static BlobReading? Empty(BlobProperties? properties) =>
        properties is null ? null : new BlobReading(Stream.Null, properties);

    private static BlobProperties Properties(BlobDownloadDetails details)
    {
        // Of a part, the header is "bytes 5-9/1234".
        var range = details.ContentRange;
        var length = range is null
            ? details.ContentLength
            : long.Parse(range.AsSpan(range.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
        return new BlobProperties(details.ETag.ToString(), length, details.LastModified);
    }
}
