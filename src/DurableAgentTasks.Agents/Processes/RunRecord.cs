namespace DurableAgentTasks.Agents.Processes;

/// <summary>The content of <c>run.json</c>: written before the command starts, completed right after.</summary>
public sealed record RunRecord
{
    public required string Tag { get; init; }

    /// <summary>Names the command; holds no secrets.</summary>
    public required string Command { get; init; }

    public required string Host { get; init; }

    /// <summary>The boot of the machine that <see cref="StartTime"/> counts from; empty where start times are absolute.</summary>
    public required string BootId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The wrapper's process id; <see langword="null"/> if the supervisor died before it could write it.</summary>
    public int? Pid { get; init; }

    /// <summary>When the wrapper started, in the unit of this kind of system. Pid and start time together name one process for ever.</summary>
    public long? StartTime { get; init; }

    /// <summary>The process group the command began in; <see langword="null"/> where it has none of its own.</summary>
    public int? ProcessGroup { get; init; }

    /// <summary>The first signal of a polite stop.</summary>
    public PoliteSignal Interrupt { get; init; }

    /// <summary>From the polite signal to the kill.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    internal ProcessIdentity? Wrapper => Pid is { } pid && StartTime is { } start ? new ProcessIdentity(pid, start) : null;
}
