using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>How far the present step is.</summary>
public sealed record StepWork
{
    /// <summary>The number of the last attempt that was begun; 0 if none was.</summary>
    public int Attempt { get; init; }

    /// <summary>When the attempt that is under way was begun, frozen time added; <see langword="null"/> if none is.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Since when the attempt under way stands still.</summary>
    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>Whether a slice of the attempt under way was asked for.</summary>
    public bool HasRun { get; init; }

    /// <summary>The session the next attempt or slice goes on in.</summary>
    public AgentSession? Session { get; init; }

    /// <summary>What the slices of the attempt under way have last reported.</summary>
    public AgentReport? Report { get; init; }

    /// <summary>Attempts after a failure: those after a pause or a quota are none.</summary>
    public int Retries { get; init; }

    /// <summary>How often the step waited for a quota.</summary>
    public int QuotaWaits { get; init; }

    /// <summary>Before this no other attempt begins.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Of a risky step: that a checkpoint was asked for before it.</summary>
    public bool Safeguarded { get; init; }

    /// <summary>Of the planning step: that the agent has been told once what is wrong with its plan.</summary>
    public bool PlanRefused { get; init; }

    /// <summary>The attempt under way stood still while the engine had suspended the task.</summary>
    internal StepWork Suspended(IReadOnlyList<Suspension> suspensions) => this with { BegunAt = BegunAt + Suspension.Sum(suspensions, BegunAt) };

    internal bool IsUnderWay => BegunAt is not null;

    internal bool IsFrozen => FrozenSince is not null;
}

/// <param name="StepId">The step.</param>
/// <param name="Retries">How often it was tried again before it was rolled back for.</param>
public sealed record RolledBack(string StepId, int Retries);

/// <param name="StepId">The step that waited for an approval.</param>
/// <param name="Approved">Whether it may run.</param>
/// <param name="By">The operator; <see langword="null"/> if nobody answered in time.</param>
/// <param name="Reason">In words.</param>
public sealed record StepVerdict(string StepId, bool Approved, string? By, string? Reason);
