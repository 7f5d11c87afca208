namespace DurableAgentTasks.Agents.Profiles;

/// <summary>How a run of an agent ended.</summary>
public abstract record AgentVerdict
{
    private AgentVerdict()
    {
    }

    public sealed record Succeeded : AgentVerdict;

    /// <param name="Class">What kind of failure it is.</param>
    /// <param name="Evidence">What that was read from.</param>
    /// <param name="ResetsAt">For <see cref="AgentFailureClass.Quota"/>, when there is quota again, if it was told.</param>
    public sealed record Failed(AgentFailureClass Class, AgentEvidence Evidence, DateTimeOffset? ResetsAt = null) : AgentVerdict;
}

public enum AgentFailureClass
{
    /// <summary>A command that reports nothing but its exit code exited non-zero.</summary>
    Command,

    /// <summary>An overload, a timeout, a reset: likely gone at the next attempt.</summary>
    Transient,

    /// <summary>A usage limit that resets at some time.</summary>
    Quota,

    /// <summary>The model API does not accept who we are.</summary>
    Auth,

    /// <summary>The session is unknown or taken, or the CLI went on in another one.</summary>
    BadSession,

    /// <summary>The limits of turns or cost given to the CLI are reached.</summary>
    LimitsReached,

    /// <summary>The agent finished, without tools that it was not allowed.</summary>
    DeniedTools,

    /// <summary>The model API does not accept the request; it would not the next time.</summary>
    Rejected,

    /// <summary>The CLI says that somebody stopped it.</summary>
    Interrupted,

    /// <summary>It ended without a word, or its last words are lost.</summary>
    Crash,

    /// <summary>It ended before it began, such as for an unknown option.</summary>
    StartUp,
}

/// <param name="Source">Where it was found.</param>
/// <param name="Text">What was found there.</param>
public sealed record AgentEvidence(EvidenceSource Source, string Text);

public enum EvidenceSource
{
    FinalEvent,
    ErrorEvent,
    SessionId,
    ExitCode,
    StandardError,
    BrokenTail,
}

/// <summary>What is known of a run besides its events when it has ended.</summary>
/// <param name="ExitCode">128 + n for a death by signal n; <see langword="null"/> if nobody saw it.</param>
/// <param name="StandardError">The end of it.</param>
/// <param name="BrokenTail">See <see cref="AgentEventReader.BrokenTail"/>.</param>
public sealed record AgentRunEnd(int? ExitCode, string StandardError, string? BrokenTail);
