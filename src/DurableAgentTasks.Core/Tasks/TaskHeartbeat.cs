namespace DurableAgentTasks.Core.Tasks;

/// <summary>What the runner of a task's step last said of it. Written when the step begins, when it ends, and every few seconds between.</summary>
public sealed record TaskHeartbeat
{
    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether the step's process lived then.</summary>
    public required bool Alive { get; init; }

    public required string StepId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>On <see cref="Host"/>.</summary>
    public int? Pid { get; init; }

    public required string Host { get; init; }

    /// <summary>When the process started, or ended.</summary>
    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? LastOutputAt { get; init; }

    /// <summary>Of output, CPU or workspace.</summary>
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>The last line of the log.</summary>
    public long LastSeq { get; init; }

    public ProcessResources? Resources { get; init; }

    /// <summary>Of all steps of the task so far.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>What of <see cref="CpuTime"/> was used before the process started: one that is adopted counts what it has used itself.</summary>
    public TimeSpan CpuTimeBefore { get; init; }

    /// <summary>What the runner's machine is short of, such as <c>disk 82 %</c>.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];

    /// <summary>The session the agent works in.</summary>
    public string? SessionId { get; init; }
}
