using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>A lease of Azure Storage's own. Its id is its holder's name, so that to ask for it once more is no harm.</summary>
internal sealed class AzureLease(BlobLeaseClient lease) : IBlobLease
{
    /// <returns><see langword="null"/> if somebody else has it.</returns>
    /// <exception cref="RequestFailedException">Among others, that there is no blob.</exception>
    public static async Task<IBlobLease?> TryTakeAsync(BlobClient blob, Guid holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        var lease = blob.GetBlobLeaseClient(holder.ToString());
        try
        {
            await lease.AcquireAsync(duration, conditions: null, cancellationToken);
            return new AzureLease(lease);
        }
        catch (RequestFailedException error) when (error.Status == 409)
        {
            return null;
        }
    }

    public static async Task BreakAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, conditions: null, cancellationToken);
        }
        catch (RequestFailedException error) when (IsOver(error))
        {
            // It has come free meanwhile, or the blob is gone.
        }
    }

    public async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await lease.RenewAsync(conditions: null, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (IsOver(error))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await lease.ReleaseAsync(conditions: null, CancellationToken.None);
        }
        catch (RequestFailedException error) when (IsOver(error))
        {
            // There is nothing to release any more.
        }
    }

    private static bool IsOver(RequestFailedException error) => error.Status is 404 or 409 or 412;
}
