using DurableAgentTasks.Core.Recovery;

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
    /// <param name="ResetsAt">For <see cref="FailureClass.Quota"/>, when there is quota again, if it was told.</param>
    public sealed record Failed(FailureClass Class, AgentEvidence Evidence, DateTimeOffset? ResetsAt = null) : AgentVerdict;
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
