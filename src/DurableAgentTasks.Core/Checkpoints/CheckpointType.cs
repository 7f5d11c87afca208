namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>When a checkpoint is taken.</summary>
public enum CheckpointType
{
    /// <summary>Every 5 min while a step runs.</summary>
    Automatic,

    /// <summary>An operator asked for it, or what was there before a restore.</summary>
    Manual,

    /// <summary>At the end of a phase; always, and kept.</summary>
    Phase,

    /// <summary>After a step that is a milestone; kept.</summary>
    Milestone,

    /// <summary>Before a step that is marked risky.</summary>
    PreRisky,

    /// <summary>Before a task fails, or is stopped by a limit.</summary>
    Recovery,
}
