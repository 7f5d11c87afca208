using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Http.Readiness;

namespace DurableAgentTasks.Hosting;

/// <summary>The agents that are configured here, and whether their programs are on this machine.</summary>
internal sealed class HostAgents(AgentCatalog catalog, AgentDiscovery discovery) : IAgentInventory
{
    public async Task<IReadOnlyList<AgentStatus>> ListAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(catalog.Agents.OrderBy(agent => agent.Name, StringComparer.Ordinal).Select(agent => FindAsync(agent, cancellationToken)));

    private async Task<AgentStatus> FindAsync(ConfiguredAgent agent, CancellationToken cancellationToken) =>
        await discovery.FindAsync(agent, cancellationToken) switch
        {
            AgentBinary.Found found => new AgentStatus(agent.Name, Found: true, found.Path, found.Version, found.Problem, HowToInstall: null),
            AgentBinary.Missing missing => new AgentStatus(agent.Name, Found: false, Path: null, Version: null, Problem: null, missing.HowToInstall),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not known here."),
        };
}
