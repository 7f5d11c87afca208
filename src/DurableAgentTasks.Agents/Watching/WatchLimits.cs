namespace DurableAgentTasks.Agents.Watching;

/// <summary>When a run is given up. <see langword="null"/> is no limit. Time in which the run was frozen counts for none.</summary>
public sealed record WatchLimits
{
    /// <summary>From the start to the first event.</summary>
    public TimeSpan? StartUp { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long it may idle until somebody is told, once in each idle period.</summary>
    public TimeSpan? IdleWarning { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it may idle.</summary>
    public TimeSpan? Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Of the whole tree, from the start.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Resident memory of the whole tree, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes of the tree, without the wrapper.</summary>
    public int? Processes { get; init; }

    /// <summary>Length of all files in the workspace and the run folder, in bytes. A hole in a file counts, a link does not.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>From one sample to the next, above 0: a limit is noticed that much late at most.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From one measurement of the disk to the next. It takes a walk through all folders.</summary>
    public TimeSpan DiskEvery { get; init; } = TimeSpan.FromSeconds(60);
}
