namespace DurableAgentTasks.Core.Tasks;

/// <summary>A session of an agent that can be continued.</summary>
/// <param name="Id">As the agent names it.</param>
/// <param name="Reported">The agent's last usage report in it: some agents count on over resumptions.</param>
public sealed record AgentSession(string Id, TokenUsage? Reported);
