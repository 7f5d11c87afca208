namespace DurableAgentTasks.Core.Tasks;

/// <summary>A session of an agent that can be continued.</summary>
/// <param name="Id">As the agent names it.</param>
/// <param name="Reported">The agent's last usage report in it: some agents count on over resumptions.</param>
public sealed record AgentSession(string Id, TokenUsage? Reported)
{
    /// <summary>
    /// Whether work was done in it: a tool has answered, or the agent has finished. An agent that is killed before may have stored nothing
    /// of the session; if it cannot be continued then, nothing is lost by a new one.
    /// </summary>
    public bool HasWorked { get; init; }
}
