using DurableAgentTasks.Contracts.Management;

namespace DurableAgentTasks.EndToEnd.Http;

/// <summary>
/// The contract of the management operations, by our own links, on a real host: the local one, or whichever runs at the address that
/// <c>dotnet run build.cs -- contract --url URL</c> gives.
/// </summary>
public sealed class LocalManagementApiTests(LocalHttpApiTests.RunningHost host) : ManagementApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    [Fact(Timeout = 120_000)]
    public async Task The_time_of_a_suspension_is_told_as_paused()
    {
        var id = await RunAsync("sleep 600", "Running");
        await WhenTaskAsync(id, "executing");
        (await PostAsync($"instances/{id}/suspend", null)).Dispose();
        await WhenTaskAsync(id, "paused");
        (await PostAsync($"instances/{id}/resume", null)).Dispose();
        await WhenTaskAsync(id, "executing");
        using var cancelled = await Client.PostAsync($"/api/tasks/{id}/cancel", null, TestContext.Current.CancellationToken);
        Assert.NotEqual("PT0S", Text((await WhenTaskAsync(id, "cancelled")).GetProperty("durations"), "paused"));
        Assert.Contains(await TimelineAsync(id), entry => Text(entry, "type") == "resumption" && Text(entry, "trigger") == "hibernation");
    }
}

/// <summary>The same on the local host where clients of Durable Functions look for it: on Azure that address is the extension's own.</summary>
public sealed class NativeManagementApiTests(LocalHttpApiTests.RunningHost host) : ManagementApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    protected override string Prefix => "/runtime/webhooks/durabletask";
}
