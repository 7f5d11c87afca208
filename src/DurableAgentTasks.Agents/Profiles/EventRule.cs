namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// How one kind of event is read from a JSON line. Fields are named by path: <c>message.content[].text</c>. If a condition has a
/// <c>[]</c> there is one event for each element that meets it; else the values of all elements are joined by <c>, </c>.
/// </summary>
/// <param name="Kind">What the line means.</param>
/// <param name="When">
/// Conditions that must all hold, joined by <c> &amp; </c>: <c>path=value</c> or <c>path!=value</c>; alternatives are separated by
/// <c>|</c>, a value that ends in <c>*</c> stands for a beginning. A field that is missing, or null, equals nothing.
/// </param>
public sealed record EventRule(AgentEventKind Kind, string When)
{
    public string? Text { get; init; }

    public string? Model { get; init; }

    public string? Tool { get; init; }

    public string? CallId { get; init; }

    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? DeniedTools { get; init; }

    /// <summary>Conditions, written as in <see cref="When"/>.</summary>
    public string? Failed { get; init; }

    /// <summary>Conditions, written as in <see cref="When"/>.</summary>
    public string? Partial { get; init; }

    public string? InputTokens { get; init; }

    public string? OutputTokens { get; init; }

    public string? CacheReadTokens { get; init; }

    public string? CacheWriteTokens { get; init; }

    public string? CostUsd { get; init; }
}
