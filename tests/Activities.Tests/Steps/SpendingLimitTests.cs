using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class SpendingLimitTests
{
    [Theory]
    [InlineData(0, 41, "tokens 101 of 100")]
    [InlineData(1, 41, null)]
    [InlineData(1, 140, null)]
    [InlineData(1, 141, "tokens 201 of 200")]
    public void A_budget_that_was_granted_again_is_there_in_full_once_more(int granted, int now, string? passed)
    {
        var limit = new SpendingLimit(new ResourceBudgets { Tokens = 100 }, granted, new TokenUsage(60, 0, 0, 0, 0));
        Assert.Equal(passed, limit.Passed(new TokenUsage(0, now, 0, 0, 0)));
    }

    [Fact]
    public void The_largest_budget_can_be_granted_again()
    {
        var limit = new SpendingLimit(new ResourceBudgets { Tokens = long.MaxValue, CostUsd = 1_000_000 }, 1_000, before: null);
        Assert.Null(limit.Passed(new TokenUsage(long.MaxValue, 0, 0, 0, 999_999_999)));
    }
}
