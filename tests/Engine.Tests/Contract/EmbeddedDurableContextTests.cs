using DurableAgentTasks.Contracts.Durable;

namespace DurableAgentTasks.Engine.Tests.Contract;

public sealed class EmbeddedDurableContextTests : DurableContextContract
{
    protected override Task<IDurableTestHost> StartHostAsync() => EmbeddedTestHost.StartAsync();
}
