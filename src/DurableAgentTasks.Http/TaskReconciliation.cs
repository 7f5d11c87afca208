using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Retention;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http;

/// <summary>
/// Finishes what a crash interrupted: deletes, starts the engine was never told of, the ends of what was terminated, and the places that tasks
/// still have of which the engine knows nothing any more. Then it deletes the tasks that were kept long enough. What fails is logged, and the
/// rest is done.
/// </summary>
public sealed partial class TaskReconciliation
{
    private readonly TaskStore _store;
    private readonly TaskStarts _starts;
    private readonly TerminatedTasks _terminated;
    private readonly LostTasks _lost;
    private readonly ExpiredTasks _expired;
    private readonly PurgedTasks _purged;
    private readonly ILogger<TaskReconciliation> _logger;

    internal TaskReconciliation(
        TaskStore store, TaskStarts starts, TerminatedTasks terminated, LostTasks lost, ExpiredTasks expired, PurgedTasks purged,
        ILogger<TaskReconciliation> logger) =>
        (_store, _starts, _terminated, _lost, _expired, _purged, _logger) = (store, starts, terminated, lost, expired, purged, logger);

    /// <summary>To be called when the engine runs and before requests are taken; a host among several calls it now and then too.</summary>
    /// <param name="before">
    /// Only starts written before: later ones may be on their way in another process. A host alone on its data gives the present.
    /// </param>
    /// <param name="cancellationToken">Ends the call; what is left is done at the next one.</param>
    /// <exception cref="HousekeepingFailedException">Some of it failed; that is tried again at the next call.</exception>
    public async Task RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var run = new HousekeepingRun(_logger, cancellationToken);
        await RunAsync(before, run);
        run.End();
    }

    /// <summary>
    /// Also deletes what is stored of ended tasks whose history was purged past the API, at the second call after that. For a host whose engine
    /// has a management API of its own and <see cref="TaskCensus"/> among its orchestrations.
    /// </summary>
    /// <inheritdoc cref="RunAsync(DateTimeOffset, CancellationToken)"/>
    public async Task RunWithPurgedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var run = new HousekeepingRun(_logger, cancellationToken);
        await RunAsync(before, run);
        await run.TryAsync("find the tasks whose history was purged", () => _purged.DeleteAllAsync(run));
        run.End();
    }

    private async Task RunAsync(DateTimeOffset before, HousekeepingRun run)
    {
        await run.TryAsync("find the deletes that were interrupted", () => FinishDeletesAsync(run));
        await run.TryAsync("find the starts that were interrupted", () => MakeUpForStartsAsync(before, run));
        await run.TryAsync("find the tasks that were terminated", () => _terminated.SettleAllAsync(run));
        await run.TryAsync("find the places in the queue of tasks that are lost", () => _lost.ReleaseAllAsync(run));
        await run.TryAsync("find the tasks that were kept long enough", () => _expired.DeleteAllAsync(run));
    }

    private async Task FinishDeletesAsync(HousekeepingRun run)
    {
        await foreach (var id in _store.UnfinishedDeletesAsync(run.CancellationToken))
            await run.TryAsync("finish the delete of", id, () => _store.DeleteAsync(id, run.CancellationToken));
    }

    private async Task MakeUpForStartsAsync(DateTimeOffset before, HousekeepingRun run)
    {
        await foreach (var id in _store.UnscheduledAsync(before, run.CancellationToken))
            await run.TryAsync("make up for the start of", id, () => MakeUpForStartAsync(id, run.CancellationToken));
    }

    private async Task MakeUpForStartAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (await _store.ReadUnscheduledAsync(id, cancellationToken) is not { } start) return;
        await _starts.EnsureScheduledAsync(start, cancellationToken);
        LogStarted(_logger, id.Value);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The start of task {Task}, which was interrupted, is made up for.")]
    private static partial void LogStarted(ILogger logger, string task);
}
