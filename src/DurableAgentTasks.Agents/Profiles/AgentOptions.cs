using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>The operator's agents, the section <c>Agents</c> of the configuration.</summary>
public sealed class AgentOptions
{
    /// <summary>The shortest and the longest <see cref="Slice"/>.</summary>
    public static readonly TimeSpan ShortestSlice = TimeSpan.FromSeconds(1), LongestSlice = TimeSpan.FromMinutes(15);

    /// <summary>The agents that clients can name, beside the built-in <c>shell</c>.</summary>
    public Dictionary<string, AgentProfileOptions> Profiles { get; init; } = [];

    /// <summary>How many tasks run at once, 1 to 1,000; further ones wait.</summary>
    public int MaxConcurrentTasks { get; set; } = 4;

    /// <summary>How many tasks may wait, 0 to 1,000,000; further ones are refused.</summary>
    public int MaxQueuedTasks { get; set; } = 1_000;

    /// <summary>For how long an activity watches a step before it gives way to the next one, 1 s to 15 min. The step goes on meanwhile.</summary>
    public TimeSpan Slice { get; set; } = LongestSlice;

    /// <summary>
    /// Whether tasks are paused if the memory (90 %) or the disk (95 %) of their host is critically short. A checkpoint is taken in any case.
    /// </summary>
    public bool PauseInDanger { get; set; }
}

/// <summary>One agent of the operator's. What is below <see cref="FreshArgs"/> describes a CLI that is not known, and is for the adapter <c>generic</c> only.</summary>
public sealed class AgentProfileOptions
{
    /// <summary>
    /// How the CLI is spoken to: <c>claude</c>, <c>codex</c>, <c>gemini</c>, <c>opencode</c>, <c>copilot</c> or <c>generic</c>. If not given,
    /// the one of the profile's name.
    /// </summary>
    public string? Adapter { get; set; }

    /// <summary>The binary: an absolute path, or a name that is looked up on the <c>PATH</c> and in the usual folders. The adapter's if not given.</summary>
    public string? Command { get; set; }

    /// <summary>Added to the adapter's own arguments, as they stand.</summary>
    public List<string> Args { get; init; } = [];

    /// <summary>Added to the environment of the agent.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    public string? Model { get; set; }

    /// <summary>How many tasks of this agent run at once, 1 to 1,000; <see langword="null"/>: as many as run at all.</summary>
    public int? MaxConcurrentTasks { get; set; }

    /// <summary>See <see cref="AgentProfile.FreshArguments"/>; <c>[["{arguments}"], ["{prompt}"]]</c> if not given.</summary>
    public List<List<string>> FreshArgs { get; init; } = [];

    /// <summary>See <see cref="AgentProfile.ResumeArguments"/>; the CLI cannot resume if not given.</summary>
    public List<List<string>> ResumeArgs { get; init; } = [];

    /// <summary>See <see cref="AgentProfile.PromptFromInput"/>.</summary>
    public string? PromptFromInput { get; set; }

    /// <summary>See <see cref="AgentProfile.SessionId"/>.</summary>
    public string? SessionId { get; set; }

    /// <summary>See <see cref="AgentProfile.Events"/>.</summary>
    public List<EventRuleOptions> Events { get; init; } = [];

    /// <summary>See <see cref="AgentProfile.PlainLines"/>; <see cref="AgentEventKind.Message"/> if not given.</summary>
    public AgentEventKind? PlainLines { get; set; }

    /// <summary>See <see cref="AgentProfile.ExitCodes"/>.</summary>
    public Dictionary<int, FailureClass> ExitCodes { get; init; } = [];

    /// <summary>See <see cref="AgentProfile.TokenScope"/>; <see cref="UsageScope.Run"/> if not given.</summary>
    public UsageScope? TokenScope { get; set; }

    /// <summary>See <see cref="AgentProfile.CostScope"/>; <see cref="UsageScope.Run"/> if not given.</summary>
    public UsageScope? CostScope { get; set; }

    /// <summary>See <see cref="AgentProfile.Interrupt"/>; <see cref="PoliteSignal.Interrupt"/> if not given.</summary>
    public PoliteSignal? Interrupt { get; set; }
}

/// <summary>An <see cref="EventRule"/> as configuration has it.</summary>
public sealed class EventRuleOptions
{
    public AgentEventKind? Kind { get; set; }

    public string? When { get; set; }

    public string? Text { get; set; }

    public string? Model { get; set; }

    public string? Tool { get; set; }

    public string? CallId { get; set; }

    public string? Status { get; set; }

    public string? Reason { get; set; }

    public string? DeniedTools { get; set; }

    public string? Failed { get; set; }

    public string? Partial { get; set; }

    public string? InputTokens { get; set; }

    public string? OutputTokens { get; set; }

    public string? CacheReadTokens { get; set; }

    public string? CacheWriteTokens { get; set; }

    public string? CostUsd { get; set; }

    internal EventRule ToRule() => new(Kind!.Value, When!)
    {
        Text = Text,
        Model = Model,
        Tool = Tool,
        CallId = CallId,
        Status = Status,
        Reason = Reason,
        DeniedTools = DeniedTools,
        Failed = Failed,
        Partial = Partial,
        InputTokens = InputTokens,
        OutputTokens = OutputTokens,
        CacheReadTokens = CacheReadTokens,
        CacheWriteTokens = CacheWriteTokens,
        CostUsd = CostUsd,
    };
}
