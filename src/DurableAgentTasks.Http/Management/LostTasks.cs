using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Management;

/// <summary>
/// Tasks that have a place in the queue although the engine knows nothing of them: purged past the API before they were settled, or lost with
/// its history. Nobody would give that place back. Whatever is kept of them stays: an operator may resume them.
/// </summary>
internal sealed partial class LostTasks(TaskQueue queue, ITaskClient client, ITaskCleanup cleanup, TaskTails tails, ILogger<LostTasks> logger)
{
    /// <summary>Gives all their places back. None is on its way to the engine: a task asks for its place when it runs there.</summary>
    public async Task ReleaseAllAsync(HousekeepingRun run)
    {
        var record = await queue.ReadAsync(run.CancellationToken);
        foreach (var id in record.Slots.Concat(record.Waiting).Select(entry => entry.Task.Id))
            await run.TryAsync("give back the place of", id, () => tails.AddAsync(id, () => ReleaseAsync(id, run.CancellationToken)));
    }

    private async Task<bool> ReleaseAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(id.Value, payloads: false, cancellationToken) is not null) return false;
        await cleanup.ReleaseAsync(id, cancellationToken);
        LogReleased(logger, id);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine has no history of task {Task}; its place in the queue is given to others.")]
    private static partial void LogReleased(ILogger logger, TaskId task);
}
