using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Workflow.Activities;

/// <summary>
/// What the orchestration must know of a task to lead it: the shape of the plan and the limits. Prompts and commands stay in
/// storage, so that the history stays small.
/// </summary>
/// <param name="Agent">The profile.</param>
/// <param name="AgentId">Whose task it is.</param>
/// <param name="Phases">In order, each with at least one step; none while the agent is still to make the plan.</param>
/// <param name="TaskTimeout"><see langword="null"/> is no limit.</param>
public sealed record TaskOutline(string Agent, string? AgentId, IReadOnlyList<PhaseOutline> Phases, TimeSpan? TaskTimeout)
{
    /// <summary>The id of the step that makes a plan; no plan may have a step of this id.</summary>
    public const string PlanStepId = Plan.PlanningStepId;

    /// <summary>Where the agent is to make the plan: how long one attempt of that may take; <see langword="null"/> is no limit.</summary>
    public TimeSpan? PlanTimeout { get; init; }

    /// <summary>How long a phase may take before the task is paused; <see langword="null"/> is no limit.</summary>
    public TimeSpan? PhaseTimeout { get; init; }

    /// <summary>What the task's time may be extended to; <see langword="null"/> is any.</summary>
    public TimeSpan? LongestTask { get; init; }

    /// <summary>What a phase's time may be extended to; <see langword="null"/> is any.</summary>
    public TimeSpan? LongestPhase { get; init; }

    /// <summary>How often a checkpoint is taken while a step runs; <see langword="null"/> is never.</summary>
    public TimeSpan? CheckpointInterval { get; init; }

    /// <summary>Whether the work is to be brought out at the end.</summary>
    public bool Delivers { get; init; }

    /// <summary>The checkpoint whose tree the task begins with.</summary>
    public string? BeginsAt { get; init; }
}

/// <param name="Title">Shortened to <see cref="MaxTitleLength"/> characters.</param>
/// <param name="Steps">In order.</param>
public sealed record PhaseOutline(string Title, IReadOnlyList<StepOutline> Steps)
{
    public const int MaxTitleLength = 200;
}

/// <param name="Id">Unique in the plan.</param>
/// <param name="Timeout">How long one attempt may run; <see langword="null"/> is no limit.</param>
/// <param name="Critical">Whether the task fails with it.</param>
/// <param name="Retry">Which failures are worth another attempt.</param>
public sealed record StepOutline(string Id, TimeSpan? Timeout, bool Critical, StepRetry? Retry)
{
    /// <summary>Only an agent's step is continued in its session after a timeout.</summary>
    public StepKind Kind { get; init; }

    /// <summary>Shortened to <see cref="PhaseOutline.MaxTitleLength"/> characters.</summary>
    public string? Title { get; init; }

    /// <summary>A checkpoint is taken before it.</summary>
    public bool Risky { get; init; }

    /// <summary>A checkpoint that is kept is taken after it.</summary>
    public bool Milestone { get; init; }

    /// <summary>It waits for an operator before it runs.</summary>
    public StepApproval? Approval { get; init; }
}
