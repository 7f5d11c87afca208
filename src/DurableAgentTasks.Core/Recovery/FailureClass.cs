namespace DurableAgentTasks.Core.Recovery;

/// <summary>What kind of failure a step ended in.</summary>
public enum FailureClass
{
    /// <summary>The command ran and exited non-zero.</summary>
    Command,

    /// <summary>A timeout, a reset, an overload: likely gone at the next attempt.</summary>
    Transient,

    /// <summary>A usage limit with a reset time.</summary>
    Quota,

    /// <summary>Memory or disk ran out.</summary>
    Resource,

    /// <summary>Corruption, or anything else the agent cannot go on from.</summary>
    Critical,
}

/// <summary>What is done about a failure.</summary>
public enum RecoveryAction
{
    Retry,

    /// <summary>Wait until the quota is there again; counts as no attempt.</summary>
    Wait,

    /// <summary>Restore the last good checkpoint, then try again.</summary>
    Restore,

    /// <summary>Go on without the step, which is not critical.</summary>
    Skip,

    Fail,
}
