using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>Removes what this host still has of tasks that were deleted on another one: their work trees and run folders.</summary>
public sealed partial class LeftoverTrees(TaskWorkspaces workspaces, StepRuns runs, TaskStore store, TimeProvider time, ILogger<LeftoverTrees> logger)
{
    /// <exception cref="IOException">git or the storage could not do its part; what is left is removed at the next call.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var task in workspaces.Made().Union(runs.Tasks()))
        {
            // A task has a start or a record before anything is made for it.
            if (await store.ReadStartAsync(task, cancellationToken) is not null || await store.ReadRecordAsync<TaskRecord>(task, cancellationToken) is not null) continue;
            await runs.EndLeftoversAsync(task, time, cancellationToken);
            runs.Remove(task);
            await workspaces.DeleteAsync(task, cancellationToken);
            LogRemoved(logger, task);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} was deleted; what this host had of it is removed.")]
    private static partial void LogRemoved(ILogger logger, TaskId task);
}
