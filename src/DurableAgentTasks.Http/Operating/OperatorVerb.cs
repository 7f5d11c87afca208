using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <summary>What an operator may ask of a task that runs.</summary>
/// <param name="Event">The external event that tells its orchestration.</param>
/// <param name="Done">What the task is then, for messages.</param>
/// <param name="AppliesTo">The states in which it can be asked: also those in which it is in effect, where asking again is accepted.</param>
internal sealed record OperatorVerb(string Event, string Done, Predicate<TaskState> AppliesTo)
{
    public static readonly OperatorVerb Cancel = new(OperatorEvents.Cancel, "cancelled", TaskLifecycle.CanCancel);

    public static readonly OperatorVerb Pause = new(
        OperatorEvents.Pause, "paused", state => TaskLifecycle.CanPause(state) || state == TaskState.Paused);

    public static readonly OperatorVerb Resume = new(
        OperatorEvents.Resume,
        "resumed",
        state => state is TaskState.Paused or TaskState.Resuming or TaskState.Planning or TaskState.Executing or TaskState.Checkpointing);
}
