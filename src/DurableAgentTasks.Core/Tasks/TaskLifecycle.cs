using DurableAgentTasks.Core.Json;
using static DurableAgentTasks.Core.Tasks.TaskState;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>The life of a task as a table: which state may follow which.</summary>
public static class TaskLifecycle
{
    private static readonly Dictionary<TaskState, TaskState[]> Table = new()
    {
        [Created] = [Planning, Cancelled, Failed],
        [Planning] = [Executing, Paused, Completing, Failed, Cancelled],
        [Executing] = [Paused, Checkpointing, Completing, Failed, Cancelled],
        [Checkpointing] = [Executing, Paused, Completing, Failed, Cancelled],
        [Paused] = [Resuming, Cancelled],
        [Resuming] = [Executing, Planning, Paused, Completing, Failed, Cancelled],
        [Completing] = [Completed, Failed, Cancelled],
        [Failed] = [Resuming, Cancelled],
        [Completed] = [],
        [Cancelled] = [],
    };

    /// <summary>The states that may follow; none after a terminal one.</summary>
    public static IReadOnlyList<TaskState> NextOf(TaskState from) => Table[from];

    public static bool CanMove(TaskState from, TaskState to) => Table[from].Contains(to);

    /// <exception cref="InvalidTransitionException">The table does not have it.</exception>
    public static void EnsureCanMove(TaskState from, TaskState to)
    {
        if (!CanMove(from, to)) throw new InvalidTransitionException(from, to);
    }

    /// <summary>Nothing follows: completed and cancelled.</summary>
    public static bool IsTerminal(TaskState state) => Table[state].Length == 0;

    /// <summary>The orchestration is over: terminal, or failed, from which a resume begins another generation.</summary>
    public static bool HasEnded(TaskState state) => IsTerminal(state) || state == Failed;

    public static bool CanCancel(TaskState state) => CanMove(state, Cancelled);

    public static bool CanPause(TaskState state) => CanMove(state, Paused);

    public static bool CanResume(TaskState state) => CanMove(state, Resuming);
}

/// <summary>A task cannot go from the one state to the other.</summary>
public sealed class InvalidTransitionException(TaskState from, TaskState to)
    : Exception($"A task cannot go from '{WireName.Of(from)}' to '{WireName.Of(to)}': {Allowed(from)}.")
{
    public TaskState From { get; } = from;

    public TaskState To { get; } = to;

    private static string Allowed(TaskState from) =>
        TaskLifecycle.IsTerminal(from)
            ? $"'{WireName.Of(from)}' is final"
            : $"from '{WireName.Of(from)}' it may go to {string.Join(", ", TaskLifecycle.NextOf(from).Select(WireName.Of))}";
}
