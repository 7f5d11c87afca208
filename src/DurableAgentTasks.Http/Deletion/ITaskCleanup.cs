using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Deletion;

/// <summary>What a host does for a task whose orchestration can do it no more: the runners and their folders are its own affair.</summary>
public interface ITaskCleanup
{
    /// <summary>
    /// Ends every process of the task, removes what was made for it outside of storage (never the user's folder), and gives its turn to
    /// the next task. Its orchestration has ended; its history, records and log are still there. It may be called again, also when there is nothing left to do.
    /// </summary>
    Task CleanUpAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Only ends every process of the task and gives its turn to the next one: everything else stays for an operator to go on with.</summary>
    Task ReleaseAsync(TaskId task, CancellationToken cancellationToken);
}
