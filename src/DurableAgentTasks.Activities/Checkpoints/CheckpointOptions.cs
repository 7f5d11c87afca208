namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>The section <c>Checkpoints</c> of the configuration.</summary>
public sealed class CheckpointOptions
{
    /// <summary>The shortest <see cref="Interval"/>.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often one is taken while a step runs, at least <see cref="ShortestInterval"/>: 5 min. <see langword="null"/> is never.</summary>
    public TimeSpan? Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A larger file is left out, with a note: 1 GiB.</summary>
    public long MaxFileBytes { get; set; } = 1L << 30;

    /// <summary>
    /// One checkpoint takes in at most so many bytes of files whose content was in none before; the largest are left out, with a note, and
    /// come into the next ones as far as there is room. 10 GiB.
    /// </summary>
    public long MaxNewBytes { get; set; } = 10L << 30;

    /// <summary>
    /// The bundles of a task's checkpoints take at most so many bytes of the storage, if the oldest go that need not be kept: 100 GiB. The
    /// latest 10, milestones and phase ends are kept whatever they take.
    /// </summary>
    public long MaxStoredBytes { get; set; } = 100L << 30;

    /// <summary>A checkpoint lists, with their hashes, at most so many changed files; all are counted: 10,000.</summary>
    public int MaxListedFiles { get; set; } = 10_000;

    /// <summary>The transcript of an agent's session that is larger is left out, with a note: 256 MiB.</summary>
    public long MaxTranscriptBytes { get; set; } = 256L << 20;

    /// <summary>What is wrong with these options and how to mend it; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        if (Interval < ShortestInterval) errors.Add($"Checkpoints:Interval must be at least {ShortestInterval}, such as 00:05:00; leave it empty for none while a step runs.");
        if (MaxFileBytes <= 0) errors.Add("Checkpoints:MaxFileBytes must be more than 0.");
        if (MaxNewBytes <= 0) errors.Add("Checkpoints:MaxNewBytes must be more than 0.");
        if (MaxStoredBytes <= 0) errors.Add("Checkpoints:MaxStoredBytes must be more than 0.");
        if (MaxListedFiles is < 0 or > 100_000) errors.Add("Checkpoints:MaxListedFiles must be 0 to 100,000; 0 lists none.");
        if (MaxTranscriptBytes < 0) errors.Add("Checkpoints:MaxTranscriptBytes must not be negative; 0 stores none.");
        return errors;
    }
}
