namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// Which tasks the engine had when that was last looked at, kept by the engine itself as the input of an orchestration that never ends: an engine
/// that has lost tasks, was set back to an earlier day or is another one does not remember them; one whose tasks were purged does.
/// </summary>
/// <param name="Had">The ids of the tasks it had, in ordinal order.</param>
/// <param name="Gone">Of those it had before, the ones it had no more, in ordinal order.</param>
public sealed record TaskCensus(IReadOnlyList<string> Had, IReadOnlyList<string> Gone)
{
    /// <summary>The name of the orchestration.</summary>
    public const string Name = "TaskCensus";

    /// <summary>Of the only one there is. No task's id has a <c>_</c>.</summary>
    public const string InstanceId = "task_census";

    /// <summary>The event with the next one.</summary>
    public const string Taken = "taken";
}
