using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Hosting;

namespace DurableAgentTasks.Http.Deletion;

/// <summary>
/// Deletes tasks.
/// <list type="number">
/// <item>What runs is stopped: the orchestration is terminated, then the host ends its processes.</item>
/// <item>The engine's history is purged.</item>
/// <item>What is stored goes, the start record last: until then the id stays taken and a delete can be repeated.</item>
/// </list>
/// A client that hangs up stops nothing of it; a host that stops does, and the delete is to be repeated.
/// </summary>
internal sealed class TaskDeletes(TaskStore store, ITaskClient client, ITaskCleanup cleanup, TaskTails tails, IHostApplicationLifetime lifetime)
{
    private readonly ConcurrentDictionary<TaskId, Lazy<Task<bool>>> _running = new();

    /// <returns>Whether there was such a task.</returns>
    public Task<bool> DeleteAsync(TaskId id)
    {
        // A second one joins the first: it must not meet a new task of the same id.
        var mine = new Lazy<Task<bool>>(() => RunAsync(id));
        return _running.GetOrAdd(id, mine).Value;
    }

    private async Task<bool> RunAsync(TaskId id)
    {
        // So that the entry is there before it is removed.
        await Task.Yield();
        try
        {
            return await tails.AddAsync(id, () => DeleteNowAsync(id, lifetime.ApplicationStopping));
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async Task<bool> DeleteNowAsync(TaskId id, CancellationToken stopping)
    {
        var instance = await client.GetAsync(id.Value, payloads: false, stopping);
        if (instance is { Name: not TaskOrchestration.Name }) instance = null;
        if (instance is null && !await IsStoredAsync(id, stopping)) return false;

        // 1.
        if (instance is { HasEnded: false }) await StopAsync(id, stopping);
        await cleanup.CleanUpAsync(id, stopping);

        // 2.
        if (instance is not null) await client.PurgeAsync(id.Value, stopping);

        // 3.
        await store.DeleteAsync(id, stopping);
        return true;
    }

    /// <summary>A task that was started natively has a record, but no start.</summary>
    private async Task<bool> IsStoredAsync(TaskId id, CancellationToken stopping) =>
        await store.ReadStartAsync(id, stopping) is not null || await store.ReadRecordAsync<TaskRecord>(id, stopping) is not null;

    private async Task StopAsync(TaskId id, CancellationToken stopping)
    {
        await client.TerminateAsync(id.Value, "The task is deleted.", stopping);
        await client.WaitAsync(id.Value, stopping);
    }
}
