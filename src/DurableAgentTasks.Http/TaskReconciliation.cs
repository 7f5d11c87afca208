using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Retention;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http;

/// <summary>
/// Finishes what a crash interrupted: deletes, starts the engine was never told of, the ends of what was terminated, and the places that tasks
/// still have of which the engine knows nothing any more. Then it deletes the tasks that were kept long enough.
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
    /// <exception cref="DurableAgentTasks.Core.Tasks.EngineUnavailableException">The engine takes no new work; what is left is done at the next call.</exception>
    public async Task RunAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await _store.FinishDeletesAsync(cancellationToken);
        await foreach (var start in _store.UnscheduledAsync(before, cancellationToken))
        {
            await _starts.EnsureScheduledAsync(start, cancellationToken);
            LogStarted(_logger, start.Id.Value);
        }

        await _terminated.SettleAllAsync(cancellationToken);
        await _lost.ReleaseAllAsync(cancellationToken);
        await _expired.DeleteAllAsync(cancellationToken);
    }

    /// <summary>
    /// Deletes what is stored of ended tasks whose history was purged past the API, at the second call after that. For a host whose engine has
    /// a management API of its own and <see cref="Core.Tasks.TaskCensus"/> among its orchestrations.
    /// </summary>
    /// <param name="cancellationToken">Ends the call; what is left is done at the next one.</param>
    /// <exception cref="DurableAgentTasks.Core.Tasks.EngineUnavailableException">The engine takes no new work; what is left is done at the next call.</exception>
    public Task DeletePurgedAsync(CancellationToken cancellationToken) => _purged.DeleteAllAsync(cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "The start of task {Task}, which was interrupted, is made up for.")]
    private static partial void LogStarted(ILogger logger, string task);
}
