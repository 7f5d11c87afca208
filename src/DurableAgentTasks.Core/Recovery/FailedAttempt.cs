using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Recovery;

/// <summary>What <see cref="RecoveryTable"/> must know of an attempt of a step that failed.</summary>
/// <param name="Class">What kind of failure it was.</param>
/// <param name="Retries">How often the step was tried again before: waits for a quota and resumptions do not count.</param>
/// <param name="Waits">How often the step waited for a quota before.</param>
/// <param name="Critical">Whether the task fails with the step.</param>
public sealed record FailedAttempt(FailureClass Class, int Retries, int Waits, bool Critical)
{
    /// <summary>Which failures of it the step says are worth another attempt.</summary>
    public StepRetry? Retry { get; init; }

    /// <summary>Of a command that exited.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When a spent quota is there again, if it is known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }
}

/// <param name="Action">What is done about a failure.</param>
/// <param name="Delay">How long until the next attempt; <see langword="null"/> if there is none.</param>
public sealed record RecoveryDecision(RecoveryAction Action, TimeSpan? Delay);
