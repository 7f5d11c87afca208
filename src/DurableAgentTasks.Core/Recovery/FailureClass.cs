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

    /// <summary>The model API does not accept who we are.</summary>
    Auth,

    /// <summary>The agent's session is unknown or taken, or the agent went on in another one.</summary>
    Session,

    /// <summary>The limits of turns or cost that were given to the agent are reached.</summary>
    Limits,

    /// <summary>The agent finished without tools that it was not allowed.</summary>
    Denied,

    /// <summary>The model API does not accept the request, and would not the next time.</summary>
    Rejected,

    /// <summary>The agent ended without a word, or its last words are lost.</summary>
    Crash,

    /// <summary>The agent ended, or was ended, before its first sign of life.</summary>
    StartUp,
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
