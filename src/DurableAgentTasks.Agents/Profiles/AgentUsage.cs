using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Tokens and cost as the CLI counts them: whether input contains what was read from the cache differs from CLI to CLI.</summary>
public sealed record AgentUsage
{
    public static AgentUsage None { get; } = new();

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CacheReadTokens { get; init; }

    public long CacheWriteTokens { get; init; }

    /// <summary>In US dollars; <see langword="null"/> if the CLI does not tell.</summary>
    public decimal? CostUsd { get; init; }

    public static AgentUsage From(TokenUsage usage) => new()
    {
        InputTokens = usage.InputTokens,
        OutputTokens = usage.OutputTokens,
        CacheReadTokens = usage.CacheReadTokens,
        CacheWriteTokens = usage.CacheCreationTokens,
        CostUsd = usage.CostUsd,
    };

    /// <summary>A cost that the CLI does not tell becomes 0.</summary>
    public TokenUsage ToTokenUsage() => new(InputTokens, OutputTokens, CacheReadTokens, CacheWriteTokens, CostUsd ?? 0);

    public AgentUsage Plus(AgentUsage other) => Tokens(other, (mine, others) => mine + others) with
    {
        CostUsd = CostUsd is null ? other.CostUsd : CostUsd + (other.CostUsd ?? 0),
    };

    /// <summary>What came after <paramref name="earlier"/>; all of it if the count has begun anew since.</summary>
    public AgentUsage Since(AgentUsage earlier) =>
        (InputTokens < earlier.InputTokens || OutputTokens < earlier.OutputTokens ? this : Tokens(earlier, (mine, before) => mine - before)) with
        {
            CostUsd = CostUsd < earlier.CostUsd ? CostUsd : CostUsd - (earlier.CostUsd ?? 0),
        };

    private AgentUsage Tokens(AgentUsage other, Func<long, long, long> combine) => this with
    {
        InputTokens = combine(InputTokens, other.InputTokens),
        OutputTokens = combine(OutputTokens, other.OutputTokens),
        CacheReadTokens = combine(CacheReadTokens, other.CacheReadTokens),
        CacheWriteTokens = combine(CacheWriteTokens, other.CacheWriteTokens),
    };
}

/// <summary>What a number in a usage report counts.</summary>
public enum UsageScope
{
    /// <summary>What came since the report before: reports add up.</summary>
    SinceLastReport,

    /// <summary>Everything since the process started: the last report counts.</summary>
    Run,

    /// <summary>Everything since the session began, over all its resumptions.</summary>
    Session,
}
