namespace DurableAgentTasks.Agents.Profiles;

/// <summary>An agent that clients can name: how its CLI is spoken to, and what the operator adds.</summary>
public sealed record ConfiguredAgent
{
    /// <summary>As clients name it.</summary>
    public required string Name { get; init; }

    /// <summary>The adapter's, with the operator's command.</summary>
    public required AgentProfile Profile { get; init; }

    /// <summary>Added by the operator.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The operator's; may hold secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string? Model { get; init; }

    /// <summary><see langword="null"/>: as many as run at all.</summary>
    public int? MaxConcurrentTasks { get; init; }
}
