namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>The section <c>Checkpoints</c> of the configuration.</summary>
public sealed class CheckpointOptions
{
    /// <summary>How often one is taken while a step runs, more than zero: 5 min. <see langword="null"/> is never.</summary>
    public TimeSpan? Interval { get; set; } = TimeSpan.FromMinutes(5);
}
