namespace DurableAgentTasks.Agents.Discovery;

/// <summary>Whether an agent's CLI is on this machine.</summary>
public abstract record AgentBinary
{
    private AgentBinary()
    {
    }

    /// <param name="Path">Absolute.</param>
    /// <param name="Version">Such as <c>2.1.197</c>; <see langword="null"/> if it does not tell.</param>
    public sealed record Found(string Path, string? Version) : AgentBinary
    {
        /// <summary>Why it tells no version, such as that it does not start; for people.</summary>
        public string? Problem { get; init; }
    }

    /// <param name="Tried">Where it was looked for, in order.</param>
    /// <param name="HowToInstall">For people: what to do.</param>
    public sealed record Missing(IReadOnlyList<string> Tried, string HowToInstall) : AgentBinary;
}
