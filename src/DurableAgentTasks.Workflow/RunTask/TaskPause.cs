using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>Why a task is paused, or will be.</summary>
/// <param name="Detail">One of <see cref="PauseDetails"/>.</param>
/// <param name="Mode">What becomes of the attempt that is under way.</param>
public sealed record TaskPause(string Detail, PauseMode Mode = PauseMode.Stop)
{
    public string? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>When the task goes on by itself; <see langword="null"/> if it waits for an operator.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of an emergency: that the host is still sound, so that a checkpoint comes first.</summary>
    public bool TakesCheckpoint { get; init; }

    /// <summary>The step that waits for an approval.</summary>
    public string? StepId { get; init; }
}

/// <summary>The details of <c>paused</c>.</summary>
internal static class PauseDetails
{
    public const string Operator = "operator";
    public const string Idle = "idle";
    public const string Budget = "budget";
    public const string Emergency = "emergency";
    public const string PhaseTimeout = "phase_timeout";
    public const string Quota = "quota";

    /// <summary>A step waits for an operator's approval.</summary>
    public const string Approval = "approval";

    /// <summary>The engine stood still so long that the task's slot went to another.</summary>
    public const string Suspended = "suspended";
}

/// <param name="Kind">Why a paused task goes on.</param>
/// <param name="By">The operator, if one asked for it.</param>
/// <param name="Reason">In words.</param>
public sealed record TaskResumption(ResumptionKind Kind, string? By, string? Reason)
{
    /// <summary>The checkpoint that is restored first; <see langword="null"/> goes on with the tree as it is.</summary>
    public string? CheckpointId { get; init; }
}
