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
}

/// <summary>The same on the local host where clients of Durable Functions look for it: on Azure that address is the extension's own.</summary>
public sealed class NativeManagementApiTests(LocalHttpApiTests.RunningHost host) : ManagementApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    protected override string Prefix => "/runtime/webhooks/durabletask";
}
