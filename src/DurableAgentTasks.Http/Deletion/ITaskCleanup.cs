using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Deletion;

/// <summary>What a host does before a task is deleted: the runners and their folders are its own affair.</summary>
public interface ITaskCleanup
{
    /// <summary>
    /// Ends every process of the task, removes what was made for it outside of storage (never the user's folder), and gives its turn to
    /// the next task. Its orchestration has ended; its history, records and log are still there. It may be called again, also when there is nothing left to do.
    /// </summary>
    Task CleanUpAsync(TaskId task, CancellationToken cancellationToken);
}
