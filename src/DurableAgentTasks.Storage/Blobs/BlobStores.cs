using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>Opens the store that the setting <c>Storage:Connection</c> names.</summary>
public static class BlobStores
{
    private const string Accepted =
        "Storage:Connection is one of: \"file\" (a folder of this machine); \"UseDevelopmentStorage=true\" (Azurite); " +
        "a connection string of an Azure Storage account (\"DefaultEndpointsProtocol=...;AccountName=...;AccountKey=...\"); " +
        "the address of an account's blob service (\"https://ACCOUNT.blob.core.windows.net\"), entered with the identity of this host.";

    /// <param name="connection">See the error's text for what is accepted.</param>
    /// <param name="folder">Where <c>file</c> keeps the blobs.</param>
    /// <param name="container">Where Azure Storage keeps them; made on first use.</param>
    /// <param name="time">The clock that stamps files.</param>
    /// <exception cref="ArgumentException">The connection is none of those accepted; the message lists them and repeats no secret.</exception>
    public static IBlobStore Open(string connection, string folder, string container, TimeProvider time) =>
        connection.Trim() switch
        {
            "file" => new FileBlobStore(folder, time),
            var address when address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) => OpenAccount(address, container),
            var text when text.Contains('=', StringComparison.Ordinal) => OpenConnectionString(text, container),
            _ => throw new ArgumentException(Accepted, nameof(connection)),
        };

    private static AzureBlobStore OpenAccount(string address, string container) =>
        Uri.TryCreate(address, UriKind.Absolute, out var account) && account.Query.Length == 0
            ? Open(new BlobServiceClient(account, new DefaultAzureCredential(), Options()), container)
            : throw new ArgumentException(Accepted, nameof(address));

    private static AzureBlobStore OpenConnectionString(string connection, string container)
    {
        try
        {
            return Open(new BlobServiceClient(connection, Options()), container);
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw new ArgumentException(Accepted, nameof(connection), error);
        }
    }

    private static AzureBlobStore Open(BlobServiceClient service, string container) => new(service.GetBlobContainerClient(container));

    // At worst six tries and half a minute of waiting between them.
    private static BlobClientOptions Options() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = 5,
            Delay = TimeSpan.FromSeconds(0.8),
            MaxDelay = TimeSpan.FromSeconds(15),
            NetworkTimeout = TimeSpan.FromSeconds(60),
        },
    };
}
