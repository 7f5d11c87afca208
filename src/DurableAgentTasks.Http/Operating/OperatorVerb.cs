using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <summary>What an operator may ask of a task. What more must hold than its state: <see cref="OperatorRules"/>.</summary>
/// <param name="Event">The external event that tells its orchestration.</param>
/// <param name="Done">What the task is then, for messages.</param>
/// <param name="Fields">What may be sent along.</param>
/// <param name="AppliesTo">The states in which it can be asked: also those in which it is in effect, where asking again is accepted.</param>
internal sealed record OperatorVerb(string Event, string Done, IReadOnlyList<OperatorField> Fields, Predicate<TaskState> AppliesTo)
{
    public static readonly OperatorVerb Cancel = new(OperatorEvents.Cancel, "cancelled", [OperatorField.Reason], TaskLifecycle.CanCancel) { Wakes = true };

    public static readonly OperatorVerb Pause = new(
        OperatorEvents.Pause,
        "paused",
        [OperatorField.Reason, OperatorField.Mode],
        state => TaskLifecycle.CanPause(state) || state == TaskState.Paused)
    {
        Wakes = true,
    };

    public static readonly OperatorVerb Resume = new(
        OperatorEvents.Resume, "resumed", [OperatorField.Reason, OperatorField.CheckpointId], state => IsUnderWay(state) || state == TaskState.Failed)
    {
        Wakes = true,
    };

    public static readonly OperatorVerb Extend = new(
        OperatorEvents.Extend, "extended", [OperatorField.Reason, OperatorField.Duration, OperatorField.Scope], IsUnderWay);

    public static readonly OperatorVerb Checkpoint = new(
        OperatorEvents.Checkpoint, "checkpointed", [OperatorField.Reason], state => IsUnderWay(state) && state != TaskState.Resuming);

    public static readonly OperatorVerb Approve = new(OperatorEvents.Approve, "approved", [OperatorField.Reason, OperatorField.StepId], IsUnderWay);

    public static readonly OperatorVerb Reject = new(
        OperatorEvents.Reject, "rejected", [OperatorField.Reason, OperatorField.StepId], state => IsUnderWay(state) || state is TaskState.Completing or TaskState.Failed);

    /// <summary>Whether a task that is suspended is woken for it: it is what the suspension is to give way to.</summary>
    public bool Wakes { get; private init; }

    private static bool IsUnderWay(TaskState state) =>
        state is TaskState.Planning or TaskState.Executing or TaskState.Checkpointing or TaskState.Paused or TaskState.Resuming;
}
