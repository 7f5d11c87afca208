namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Makes of a CLI's usage reports what one run used, whatever each of them counts.</summary>
/// <param name="profile">Says what the reports count.</param>
/// <param name="sessionBefore">The last report of the session's earlier run, for a CLI that counts over resumptions.</param>
internal sealed class UsageTally(AgentProfile profile, AgentUsage sessionBefore)
{
    private AgentUsage? _sum;
    private AgentUsage? _last;

    /// <summary>The last report as it was; what the next run of the session is given as its past.</summary>
    public AgentUsage? LastReport => _last;

    /// <summary>Tokens and cost of this run; <see langword="null"/> if nothing was reported.</summary>
    public AgentUsage? Run => _last is null ? null : Of(profile.TokenScope) with { CostUsd = Of(profile.CostScope).CostUsd };

    public void Add(AgentUsage report)
    {
        _sum = (_sum ?? AgentUsage.None).Plus(report);
        _last = report;
    }

    private AgentUsage Of(UsageScope scope) => scope switch
    {
        UsageScope.SinceLastReport => _sum!,
        UsageScope.Run => _last!,
        _ => _last!.Since(sessionBefore),
    };
}
