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
}
