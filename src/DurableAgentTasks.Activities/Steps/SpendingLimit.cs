using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What agents may spend for a task, as they report it themselves.</summary>
/// <param name="budgets">As the request gives them.</param>
/// <param name="granted">How often an operator has given them in full once more.</param>
/// <param name="before">What the steps before have used.</param>
internal sealed class SpendingLimit(ResourceBudgets? budgets, int granted, TokenUsage? before)
{
    /// <summary>Which limit is passed and by how much; <see langword="null"/> if none is.</summary>
    /// <param name="now">What the step that runs has used.</param>
    public string? Passed(TokenUsage? now)
    {
        if (budgets is null) return null;
        var tokens = Tokens(before) + Tokens(now);
        var allowed = (decimal?)budgets.Tokens * (1 + granted);
        if (tokens > allowed) return $"tokens {tokens:N0} of {allowed:N0}";
        var cost = (before?.CostUsd ?? 0) + (now?.CostUsd ?? 0);
        var affordable = budgets.CostUsd * (1 + granted);
        return cost > affordable ? $"costUsd {cost:0.####} of {affordable:0.####}" : null;
    }

    /// <summary>What is read from the cache counts too: it is paid for.</summary>
    private static long Tokens(TokenUsage? usage) =>
        usage is null ? 0 : usage.InputTokens + usage.OutputTokens + usage.CacheReadTokens + usage.CacheCreationTokens;
}
