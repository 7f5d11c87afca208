using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>The checkpoints of a run.</summary>
public sealed record RunCheckpoints
{
    /// <summary>To be taken as soon as that is possible, in order.</summary>
    public IReadOnlyList<OwedCheckpoint> Owed { get; init; } = [];

    /// <summary>When the last one was taken, or tried; the next automatic one counts from here.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The last one that was taken or restored: what the work tree has come from.</summary>
    public string? LastId { get; init; }

    /// <summary>The last one that holds nothing of a step that has not succeeded: what is gone back to after a failure.</summary>
    public string? LastGoodId { get; init; }

    /// <summary>A step was carried out that is not over: what is in the tree may turn out to be bad.</summary>
    public bool Unsettled { get; init; }

    /// <summary>Nothing was carried out since the last one.</summary>
    public bool Fresh { get; init; }

    /// <summary>The problem that was last told of: it is not told again and again.</summary>
    public string? ToldProblem { get; init; }

    /// <summary>A step is over; if it succeeded, what was taken beside it is good.</summary>
    internal RunCheckpoints Settle(bool succeeded) => this with { Unsettled = false, LastGoodId = succeeded ? LastId : LastGoodId };

    public RunCheckpoints Owe(OwedCheckpoint owed) => this with { Owed = [.. Owed, owed] };
}

/// <param name="Type">When it is taken.</param>
/// <param name="Description">What for, for people.</param>
public sealed record OwedCheckpoint(CheckpointType Type, string Description)
{
    public static OwedCheckpoint BeforeFirstStep { get; } = new(CheckpointType.Milestone, "Before the first step.");

    /// <summary>The operator who asked for it.</summary>
    public string? By { get; init; }

    public string? Reason { get; init; }
}

/// <param name="CheckpointId">Which one; <see langword="null"/> is the last.</param>
/// <param name="By">The operator who asked for it.</param>
/// <param name="Reason">Why.</param>
public sealed record OwedRestore(string? CheckpointId, string? By, string? Reason)
{
    /// <summary>The task cannot go on without it: it pauses if it fails.</summary>
    public bool Required { get; init; } = true;

    /// <summary>There is no other tree to go on with: it stays owed until it, or another one that an operator names, is carried out.</summary>
    public bool Lasts { get; init; }

    /// <summary>Of one that an operator named: the one that lasts, if this is not carried out.</summary>
    public OwedRestore? Otherwise { get; init; }

    /// <summary>It is a checkpoint of another task: only its tree is taken, the plan stays where it is.</summary>
    public bool TreeOnly { get; init; }
}
