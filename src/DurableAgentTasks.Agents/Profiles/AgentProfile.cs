namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// Everything that is particular to one agent CLI, as data: how it is called, what its lines mean and how its endings are told apart.
/// An operator's own CLI is described the same way.
/// </summary>
public sealed record AgentProfile
{
    public required string Name { get; init; }

    /// <summary>The binary, looked up on the <c>PATH</c>.</summary>
    public required string Command { get; init; }

    /// <summary>
    /// The arguments of a new run in groups. <c>{prompt}</c>, <c>{session}</c>, <c>{model}</c> and <c>{directory}</c> are replaced, a
    /// group with one that has no value is left out, and the group <c>{arguments}</c> stands for those the operator adds.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<string>> FreshArguments { get; init; }

    /// <summary>The arguments of a run that continues a session; <see langword="null"/> if the CLI cannot.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? ResumeArguments { get; init; }

    /// <summary>What the CLI needs to be supervised well.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public StandardInput StandardInput { get; init; } = StandardInput.Closed;

    public AgentInterrupt Interrupt { get; init; } = AgentInterrupt.Interrupt;

    /// <summary>The path of the session id, in whichever events have one; <see langword="null"/> if the CLI has no sessions.</summary>
    public string? SessionId { get; init; }

    /// <summary>Every rule that fits a line makes an event of it, in this order. Empty for a CLI that prints no JSON.</summary>
    public IReadOnlyList<EventRule> Events { get; init; } = [];

    /// <summary>What a line is that is no JSON.</summary>
    public AgentEventKind PlainLines { get; init; } = AgentEventKind.Notice;

    /// <summary>Exit codes that tell the failure by themselves.</summary>
    public IReadOnlyDictionary<int, AgentFailureClass> ExitCodes { get; init; } = new Dictionary<int, AgentFailureClass>();

    /// <summary>What the tokens of a usage report count.</summary>
    public UsageScope TokenScope { get; init; } = UsageScope.Run;

    /// <summary>What the cost of a usage report counts.</summary>
    public UsageScope CostScope { get; init; } = UsageScope.Run;

    /// <summary>Whether the session id is ours to choose. It is stored before the run starts; others are known at the first event that has one.</summary>
    public bool PresetsSession => FreshArguments.Any(group => group.Any(argument => argument.Contains("{session}", StringComparison.Ordinal)));

    /// <summary>Whether the CLI says itself how it ended; else only the exit code tells.</summary>
    public bool ReportsEnd => Events.Any(rule => rule.Kind == AgentEventKind.Finished);
}

/// <summary>How the standard input of an agent is held.</summary>
public enum StandardInput
{
    /// <summary>Closed at the start: several CLIs wait for ever on one that is open and silent.</summary>
    Closed,

    /// <summary>Open until the agent has finished.</summary>
    Held,
}

/// <summary>The signal that an agent takes as a request to stop.</summary>
public enum AgentInterrupt
{
    /// <summary>SIGINT.</summary>
    Interrupt,

    /// <summary>SIGTERM.</summary>
    Terminate,
}
