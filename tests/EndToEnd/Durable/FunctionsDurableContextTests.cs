using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Durable;

/// <summary>
/// The rules of durable orchestrations on real Durable Functions: on the host that runs <c>tests/FunctionsContractHost</c> at the address
/// that <c>dotnet run build.cs -- contract --durable-url URL</c> gives. The embedded engine has its own run of them.
/// </summary>
public sealed class FunctionsDurableContextTests : DurableContextContract
{
    protected override Task<IDurableTestHost> StartHostAsync()
    {
        Assert.SkipWhen(GivenHost.Durable is null, "No Functions host is given: dotnet run build.cs -- contract --durable-url URL");
        return FunctionsTestHost.MeetAsync(GivenHost.Durable!);
    }
}
