using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>The types of timeline entries. A reader passes over those it does not know.</summary>
public static class TimelineTypes
{
    /// <summary>Another state; data: <see cref="TransitionData"/>, if there is more to say.</summary>
    public const string Transition = "transition";

    /// <summary>The same state, another detail; data: <see cref="DetailData"/>.</summary>
    public const string Detail = "detail";

    /// <summary>A plan was made; data: <see cref="PlanData"/>.</summary>
    public const string Plan = "plan";

    /// <summary>A step began or ended; data: <see cref="StepData"/>.</summary>
    public const string Step = "step";

    /// <summary>A checkpoint was taken; data: <see cref="CheckpointData"/>.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The work tree was brought back to a checkpoint, and the task to where it stood then; data: <see cref="RestoredData"/>.</summary>
    public const string Restored = "restored";

    /// <summary>The trigger names the warning, the reason is its text.</summary>
    public const string Warning = "warning";

    /// <summary>What was decided after a failure; data: <see cref="RecoveryData"/>.</summary>
    public const string Recovery = "recovery";

    /// <summary>The trigger is the <see cref="ResumptionKind"/>; data: <see cref="HibernationData"/>, of a hibernation that the engine's history tells of.</summary>
    public const string Resumption = "resumption";

    /// <summary>The trigger is what the operator asked for.</summary>
    public const string Operator = "operator";
}

/// <param name="Detail">Why the task is in its new state, such as <c>operator</c> of a pause.</param>
/// <param name="Result">Of a task that ends.</param>
/// <param name="Error">Of a task that fails.</param>
internal sealed record TransitionData(string? Detail, TaskResult? Result, TaskError? Error);

/// <param name="Checkpoint">Where it is found.</param>
/// <param name="Description">What it was taken for.</param>
public sealed record CheckpointData(CheckpointReference Checkpoint, string Description)
{
    /// <summary>It holds nothing of a step that has not succeeded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Good { get; init; }
}

/// <param name="Checkpoint">What was restored.</param>
/// <param name="Safety">What was there before; <see langword="null"/> if nothing was.</param>
/// <param name="Pending">The steps that were over and are to be done again.</param>
public sealed record RestoredData(CheckpointReference Checkpoint, CheckpointReference? Safety, IReadOnlyList<string> Pending)
{
    /// <summary>The steps that were to be done and were over when the checkpoint was taken: another one was restored since then.</summary>
    public IReadOnlyList<string> Over { get; init; } = [];

    /// <summary>It was a checkpoint of another task: only its tree was taken.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool TreeOnly { get; init; }
}

/// <param name="Suspensions">When the engine had suspended the task, and no earlier entry told of it.</param>
public sealed record HibernationData(IReadOnlyList<Suspension> Suspensions);

internal sealed record DetailData(string? Detail);

internal sealed record PlanData(Plan Plan);

/// <param name="StepId">Which step of the plan.</param>
/// <param name="Status"><see cref="WorkStatus.InProgress"/> when it begins, any other when it ends.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="ExitCode">Of the step's process, if it had one and it exited.</param>
/// <param name="Message">Why it ended so.</param>
internal sealed record StepData(string StepId, WorkStatus Status, int Attempt, int? ExitCode, string? Message)
{
    /// <summary>Of an attempt that ended, where an agent carried it out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AgentUse? Agent { get; init; }
}

/// <summary>What an agent said of one attempt of a step.</summary>
/// <param name="SessionId">The session it worked in; <see langword="null"/> if none began.</param>
/// <param name="Version">Of its CLI.</param>
/// <param name="Usage">Of this attempt alone.</param>
public sealed record AgentUse(string? SessionId, string? Version, TokenUsage? Usage);

/// <param name="StepId">The step that failed.</param>
/// <param name="Class">What kind of failure it was taken for.</param>
/// <param name="Action">What is done about it.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
/// <param name="Delay">How long the next attempt waits.</param>
/// <param name="Evidence">What the class was read from.</param>
public sealed record RecoveryData(
    string StepId, FailureClass Class, RecoveryAction Action, int Attempt, TimeSpan? Delay, string? Evidence);
