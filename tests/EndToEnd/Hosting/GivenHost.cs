namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>A host that runs already, as the environment names it.</summary>
internal static class GivenHost
{
    /// <summary>A folder on it that tasks may work in; <see langword="null"/>: it runs on this machine, any will do.</summary>
    public static string? Workspace => Read("DAT_CONTRACT_WORKSPACE");

    /// <summary>Where a Functions host runs <c>tests/FunctionsContractHost</c>; <see langword="null"/>: nowhere.</summary>
    public static Uri? Durable => Read("DAT_CONTRACT_DURABLE_URL") is { } url ? new Uri(url) : null;

    /// <returns>A client with an admin's key, if one is given; <see langword="null"/> if no host is.</returns>
    public static HttpClient? Connect()
    {
        if (Read("DAT_CONTRACT_URL") is not { } url) return null;
        var client = new HttpClient { BaseAddress = new Uri(url) };
        if (Read("DAT_CONTRACT_KEY") is { } key) client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
