using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>When each limit is reached; <see langword="null"/> is no limit, or one whose clock stands still.</summary>
public sealed record TaskDeadlines(DateTimeOffset? Task, DateTimeOffset? Phase, DateTimeOffset? Idle)
{
    /// <summary>How long the task may take in all, extensions included, also while its clock stands still; <see langword="null"/> is no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TaskLimit { get; init; }

    /// <summary>The same of the present phase, or of the one to come.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? PhaseLimit { get; init; }

    /// <summary>How long it is until <see cref="Task"/>, or will be once its clock goes on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? TaskLeft { get; init; }

    /// <summary>The same of <see cref="Phase"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? PhaseLeft { get; init; }

    /// <summary>When each is reached and how long it is until then, without how long it is in all: what the API tells.</summary>
    internal TaskDeadlines At(DateTimeOffset now) =>
        this with { TaskLimit = null, PhaseLimit = null, TaskLeft = Until(Task, now) ?? TaskLeft, PhaseLeft = Until(Phase, now) ?? PhaseLeft };

    private static TimeSpan? Until(DateTimeOffset? due, DateTimeOffset now) => due is null ? null : due > now ? due - now : TimeSpan.Zero;
}

/// <summary>Tokens and cost as the agent reports them.</summary>
public sealed record TokenUsage(
    long InputTokens, long OutputTokens, long CacheReadTokens, long CacheCreationTokens, decimal CostUsd)
{
    /// <summary>Both together; what is <see langword="null"/> was not reported and adds nothing.</summary>
    public static TokenUsage? Sum(TokenUsage? a, TokenUsage? b) =>
        a is null ? b
        : b is null ? a
        : new(
            a.InputTokens + b.InputTokens,
            a.OutputTokens + b.OutputTokens,
            a.CacheReadTokens + b.CacheReadTokens,
            a.CacheCreationTokens + b.CacheCreationTokens,
            a.CostUsd + b.CostUsd);
}

/// <param name="Id">16 hex digits.</param>
/// <param name="Type">Such as <c>phase</c> or <c>manual</c>.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Commit">The commit that holds the tree, if there is a repository.</param>
/// <param name="Ref">The ref that keeps the commit.</param>
public sealed record CheckpointReference(string Id, string Type, DateTimeOffset At, string? Commit, string? Ref);

/// <summary>What the task's process tree uses now.</summary>
/// <param name="CpuPercent">Of one core.</param>
/// <param name="MemoryBytes">Resident.</param>
/// <param name="Processes">In the tree.</param>
public sealed record ProcessResources(double CpuPercent, long MemoryBytes, int Processes);

/// <param name="Messages">Lines of the log.</param>
/// <param name="Bytes">Of their text.</param>
/// <param name="Errors">Those on stderr.</param>
public sealed record LogCounts(long Messages, long Bytes, long Errors);
