using DurableAgentTasks.Contracts.Management;

namespace DurableAgentTasks.EndToEnd.Http;

/// <summary>The contract of the management operations on the real local host, by our own links.</summary>
public sealed class LocalManagementApiTests(LocalHttpApiTests.RunningHost host) : ManagementApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;
}

/// <summary>The same where clients of Durable Functions look for it.</summary>
public sealed class NativeManagementApiTests(LocalHttpApiTests.RunningHost host) : ManagementApiContract, IClassFixture<LocalHttpApiTests.RunningHost>
{
    protected override HttpClient Client => host.Http;

    protected override string Workspace => host.Workspace;

    protected override string Prefix => "/runtime/webhooks/durabletask";
}
