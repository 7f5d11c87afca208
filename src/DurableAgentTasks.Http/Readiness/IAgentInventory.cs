namespace DurableAgentTasks.Http.Readiness;

/// <summary>The agents an operator has configured, as a host finds them. One that is missing keeps the service from nothing else.</summary>
public interface IAgentInventory
{
    /// <summary>By name; those that are found and those that are not.</summary>
    Task<IReadOnlyList<AgentStatus>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="Name">The profile.</param>
/// <param name="Found">Whether its program is on this machine.</param>
/// <param name="Path">Where, as an absolute path.</param>
/// <param name="Version">As the program says it.</param>
/// <param name="Problem">What is wrong with one that is there, such as that it does not start.</param>
/// <param name="HowToInstall">Of one that is not there: what to do.</param>
public sealed record AgentStatus(string Name, bool Found, string? Path, string? Version, string? Problem, string? HowToInstall);

/// <summary>Of a host that runs no agents but the shell.</summary>
internal sealed class NoAgents : IAgentInventory
{
    public Task<IReadOnlyList<AgentStatus>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<AgentStatus>>([]);
}
