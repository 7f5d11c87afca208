using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Plans;

/// <summary>What a task does: phases in order, each of steps in order.</summary>
public sealed record Plan(IReadOnlyList<Phase> Phases)
{
    /// <summary>The id of the step in which an agent makes the plan; no step of a plan may have it, capital letters or not.</summary>
    public const string PlanningStepId = "plan";

    /// <summary>The id under which a fresh work tree is set up; no step of a plan may have it either.</summary>
    public const string SetupStepId = "setup";

    /// <summary>The steps of all phases, in the order they run.</summary>
    [JsonIgnore]
    public IEnumerable<Step> Steps => Phases.SelectMany(phase => phase.Steps);
}

/// <param name="Id">From 1, in plan order.</param>
/// <param name="Title">What the phase is for, 1 to 10,000 characters.</param>
/// <param name="Steps">At least one.</param>
public sealed record Phase(int Id, string Title, IReadOnlyList<Step> Steps);

/// <summary>One unit of work: a command or a prompt that an agent's child process carries out.</summary>
public sealed record Step
{
    /// <summary>Unique in the plan; <c>phase.step</c> (such as <c>1.2</c>) unless the request names it.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required StepKind Kind { get; init; }

    /// <summary>What the agent is asked, for every kind but <see cref="StepKind.Shell"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>What the system shell runs, for <see cref="StepKind.Shell"/>.</summary>
    public string? Command { get; init; }

    /// <summary>How long one attempt may run; <see langword="null"/> takes the default of the kind.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the task fails when this step fails; a step that is not critical is skipped.</summary>
    public bool Critical { get; init; } = true;

    /// <summary>Whether a checkpoint is taken before the step.</summary>
    public bool Risky { get; init; }

    /// <summary>Whether a checkpoint that is kept for good is taken after the step.</summary>
    public bool Milestone { get; init; }

    /// <summary>Waits for an operator before the step runs.</summary>
    public StepApproval? Approval { get; init; }

    /// <summary>Which non-zero exit codes are worth another attempt; none unless said.</summary>
    public StepRetry? Retry { get; init; }
}

public enum StepKind
{
    Agent,
    Shell,
    File,
    Browser,
    Search,
}

/// <param name="Timeout">How long the step waits for an operator.</param>
/// <param name="Default">What counts when nobody answers in time.</param>
public sealed record StepApproval(TimeSpan Timeout, ApprovalDefault Default);

public enum ApprovalDefault
{
    Approve,
    Reject,
}

/// <param name="MaxAttempts">Attempts in all, 1 to 4.</param>
/// <param name="OnExitCodes">The exit codes that are retried; empty: every non-zero one.</param>
public sealed record StepRetry(int MaxAttempts, IReadOnlyList<int> OnExitCodes);

/// <summary>Where a phase or a step stands.</summary>
public enum WorkStatus
{
    Pending,
    InProgress,
    Completed,
    Failed,
    Skipped,
    Cancelled,
}
