using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Agents.Tests.Profiles;

public sealed class UsageTallyTests
{
    [Fact]
    public void A_cost_that_is_counted_over_resumptions_is_paid_once()
    {
        var profile = new AgentProfile { Name = "own", Command = "own", FreshArguments = [["{prompt}"]], TokenScope = UsageScope.Session, CostScope = UsageScope.Session };
        var tally = new UsageTally(profile, new AgentUsage { InputTokens = 100, CostUsd = 1 });
        tally.Add(new AgentUsage { InputTokens = 150, CostUsd = 1.5m });
        Assert.Equal(new AgentUsage { InputTokens = 50, CostUsd = 0.5m }, tally.Run);
    }
}
