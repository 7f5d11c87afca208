using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Queue;

/// <summary>
/// The activities <c>JoinQueue</c> and <c>LeaveQueue</c>. Those whose turn comes by a leave are told by an event; one that is lost only
/// delays them, for they ask again each minute.
/// </summary>
public sealed partial class TaskTurns(TaskQueue queue, TaskRecords records, ITaskClient client, StorageRetry retry, ILogger<TaskTurns> logger)
{
    private const string WorkspaceBusy = "workspace_busy";

    public async Task<QueuePlace> JoinAsync(JoinQueue input, CancellationToken cancellationToken)
    {
        var record = await records.ReadAsync(TaskId.Parse(input.TaskId), cancellationToken);
        var task = new QueuedTask(record.Id, record.Request.Agent, record.Request.Priority, record.CreatedAt, FolderOf(record.Request.Workspace));
        var standing = default(QueueStanding);
        await retry.RunAsync(async token => standing = await queue.JoinAsync(task, token), cancellationToken);
        if (standing.HasSlot) return new QueuePlace(HasSlot: true, Detail: null);
        return new QueuePlace(HasSlot: false, standing.FolderBusy ? WorkspaceBusy : $"queued:{standing.Position}");
    }

    public async Task<bool> LeaveAsync(LeaveQueue input, CancellationToken cancellationToken)
    {
        // A task that is over before its turn came has nobody to tell: it leaves too, and the next one is told.
        for (var leaving = new Queue<TaskId>([TaskId.Parse(input.TaskId)]); leaving.TryDequeue(out var task);)
        {
            IReadOnlyList<TaskId> turns = [];
            await retry.RunAsync(async token => turns = await queue.LeaveAsync(task, token), cancellationToken);
            foreach (var next in turns)
            {
                if (!await TellAsync(next, cancellationToken)) leaving.Enqueue(next);
            }
        }

        return true;
    }

    /// <returns>Whether there is somebody to tell.</returns>
    private async Task<bool> TellAsync(TaskId task, CancellationToken cancellationToken)
    {
        try
        {
            return await client.RaiseEventAsync(task.Value, TaskActivities.Turn, payload: null, cancellationToken) == OperationOutcome.Accepted;
        }
        catch (Exception error) when (error is EngineUnavailableException or IOException)
        {
            LogNotTold(logger, task, error.Message);
            return true;
        }
    }

    private static string? FolderOf(WorkspaceRequest workspace) =>
        workspace is { Path: { } path, Isolation: not WorkspaceIsolation.Worktree } ? CanonicalPath.Of(path) : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} was not told that its turn has come; it will ask: {Reason}")]
    private static partial void LogNotTold(ILogger logger, TaskId task, string reason);
}
