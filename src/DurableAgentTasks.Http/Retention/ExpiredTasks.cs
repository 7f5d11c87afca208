using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Status;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Retention;

/// <summary>Deletes the tasks that were kept as long as <see cref="RetentionOptions"/> has it. Those the engine no longer knows stay.</summary>
internal sealed partial class ExpiredTasks(
    TaskList list, TaskStatusReader status, TaskDeletes deletes, IOptions<RetentionOptions> options, TimeProvider time, ILogger<ExpiredTasks> logger)
{
    public async Task DeleteAllAsync(CancellationToken cancellationToken)
    {
        await DeleteAsync([TaskState.Completed, TaskState.Cancelled], options.Value.EndedTasks, cancellationToken);
        await DeleteAsync([TaskState.Failed], options.Value.FailedTasks, cancellationToken);
    }

    private async Task DeleteAsync(IReadOnlyList<TaskState> states, TimeSpan? keep, CancellationToken cancellationToken)
    {
        if (keep is not { } kept) return;
        var before = time.GetUtcNow() - kept;
        var filter = new TaskFilter { States = states, To = before, Top = 1_000 };
        do
        {
            var page = await list.ReadAsync(filter, cancellationToken);
            foreach (var task in page.Tasks.Where(task => task.CompletedAt <= before)) await DeleteAsync(task.Id, states, before, cancellationToken);
            filter = filter with { ContinuationToken = page.ContinuationToken };
        }
        while (filter.ContinuationToken is not null);
    }

    private async Task DeleteAsync(TaskId id, IReadOnlyList<TaskState> states, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // It may have been resumed since it was listed.
        if (await status.ReadAsync(id, cancellationToken) is not { CompletedAt: { } ended } task || ended > before || !states.Contains(task.State)) return;
        if (await deletes.DeleteAsync(id)) LogDeleted(logger, id, ended);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}, which ended at {Ended:u}, was kept long enough and is deleted.")]
    private static partial void LogDeleted(ILogger logger, TaskId task, DateTimeOffset ended);
}
