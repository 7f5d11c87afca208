using DurableAgentTasks.Contracts.Management;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests;

/// <summary>The contract on the scripted engine: the endpoints alone.</summary>
public sealed class ManagementApiTests : ManagementApiContract, IAsyncLifetime
{
    private ApiHost? _host;

    protected override HttpClient Client => _host!.Client;

    protected override string Workspace => Path.GetTempPath();

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host!.DisposeAsync();
}
