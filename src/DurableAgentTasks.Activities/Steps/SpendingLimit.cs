using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What agents may spend for a task, as they report it themselves.</summary>
internal sealed class SpendingLimit(ResourceBudgets? budgets, TokenUsage? before)
{
    /// <summary>Which limit is passed and by how much; <see langword="null"/> if none is.</summary>
    /// <param name="now">What the step that runs has used.</param>
    public string? Passed(TokenUsage? now)
    {
        if (budgets is null) return null;
        var tokens = Tokens(before) + Tokens(now);
        if (tokens > budgets.Tokens) return $"tokens {tokens:N0} of {budgets.Tokens:N0}";
        var cost = (before?.CostUsd ?? 0) + (now?.CostUsd ?? 0);
        return cost > budgets.CostUsd ? $"costUsd {cost:0.####} of {budgets.CostUsd:0.####}" : null;
    }

    /// <summary>What is read from the cache counts too: it is paid for.</summary>
    private static long Tokens(TokenUsage? usage) =>
        usage is null ? 0 : usage.InputTokens + usage.OutputTokens + usage.CacheReadTokens + usage.CacheCreationTokens;
}
