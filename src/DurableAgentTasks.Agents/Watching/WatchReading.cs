using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Watching;

/// <summary>What a watch knows of its run, for a heartbeat.</summary>
public sealed record WatchReading
{
    /// <summary>When <see cref="Usage"/> was sampled.</summary>
    public required DateTimeOffset At { get; init; }

    public required TreeUsage Usage { get; init; }

    /// <summary>CPU use between the last two samples, in percent of one core: above 100 with several.</summary>
    public required double CpuPercent { get; init; }

    public DateTimeOffset? LastOutputAt { get; init; }

    /// <summary>Of output, CPU or workspace. The workspace is looked at only when the run seems to idle.</summary>
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>As last measured; <see langword="null"/> if not yet, or not limited.</summary>
    public long? DiskBytes { get; init; }
}
