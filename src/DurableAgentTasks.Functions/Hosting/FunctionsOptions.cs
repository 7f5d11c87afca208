using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>Where this host keeps what it knows.</summary>
public sealed class FunctionsOptions
{
    /// <summary>A folder on the machine's own disk for what runs here; each worker process takes a part of it.</summary>
    public string Data { get; set; } = Path.Combine(Path.GetTempPath(), "agent-tasks");

    public FunctionsStorageOptions Storage { get; set; } = new();
}

public sealed class FunctionsStorageOptions
{
    /// <summary>
    /// <c>UseDevelopmentStorage=true</c>, a connection string, or an account's URL, entered with the identity of this app. If not given,
    /// the account of the Functions host itself: <c>AzureWebJobsStorage</c>.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>The blob container.</summary>
    public string Container { get; set; } = "agent-tasks";

    /// <summary>What is to be opened; <see langword="null"/> if nothing says it.</summary>
    public string? ConnectionOr(IConfiguration configuration)
    {
        var host = configuration.GetSection("AzureWebJobsStorage");
        return Connection ?? host.Value ?? host["blobServiceUri"] ?? (host["accountName"] is { } account ? $"https://{account}.blob.core.windows.net" : null);
    }
}
