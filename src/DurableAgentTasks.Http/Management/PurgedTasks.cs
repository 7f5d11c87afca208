using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Management;

/// <summary>
/// Tasks that were purged past the API once they had ended. An engine that has lost its tasks looks the same from outside, and then the storage is
/// all there is to go on from; so the engine itself is asked which tasks it had:
/// <list type="number">
/// <item>It says which tasks it had (<see cref="TaskCensus"/>). One that says nothing has lost its history, or is another one: nothing is deleted.</item>
/// <item>Of these, the ones it has no more are found.</item>
/// <item>Those that were missing the last time too, so that a moment without an answer does no harm, are deleted.</item>
/// <item>It is told which tasks it has now.</item>
/// </list>
/// </summary>
internal sealed partial class PurgedTasks(TaskStore store, ITaskClient client, ITaskCleanup cleanup, TaskTails tails, ILogger<PurgedTasks> logger)
{
    public async Task DeleteAllAsync(HousekeepingRun run)
    {
        var cancellationToken = run.CancellationToken;

        // 1.
        var instance = await client.GetAsync(TaskCensus.InstanceId, payloads: true, cancellationToken);
        if (instance is { Status: RuntimeStatus.Suspended }) return;
        var told = instance is { HasEnded: false, Input: { } input } ? JsonSerializer.Deserialize<TaskCensus>(input, TaskJson.Options) : null;
        var last = told ?? new TaskCensus([], []);

        // 2. One of which that cannot be told is asked for again the next time.
        var has = await ListAsync(cancellationToken);
        var gone = new SortedSet<string>(last.Had.Union(last.Gone).Where(id => !has.Contains(id)), StringComparer.Ordinal);
        foreach (var id in gone.Select(TaskId.Parse).ToList())
        {
            await run.TryAsync("see whether the engine still has", id, async () =>
            {
                if (!await IsGoneAsync(id, cancellationToken)) gone.Remove(id.Value);
            });
        }

        // 3.
        foreach (var id in last.Gone.Where(gone.Contains).Select(TaskId.Parse).ToList())
        {
            await run.TryAsync("delete the purged", id, async () =>
            {
                await tails.AddAsync(id, () => DeleteAsync(id, cancellationToken));
                gone.Remove(id.Value);
            });
        }

        // 4.
        var unchanged = told is not null && last.Had.SequenceEqual(has) && last.Gone.SequenceEqual(gone);
        if (!unchanged) await KeepAsync(instance, new TaskCensus([.. has], [.. gone]), cancellationToken);
    }

    private async Task<SortedSet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var instance in client.ListAsync(new InstanceFilter(), cancellationToken))
        {
            if (instance.Name == TaskOrchestration.Name && TaskId.TryParse(instance.InstanceId, out _)) ids.Add(instance.InstanceId);
        }

        return ids;
    }

    /// <summary>One that has not ended may be resumed, whatever became of its history, or is on its way to the engine.</summary>
    private async Task<bool> IsGoneAsync(TaskId id, CancellationToken cancellationToken) =>
        await client.GetAsync(id.Value, payloads: false, cancellationToken) is null
        && await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is { Value.State: var state } && TaskLifecycle.HasEnded(state);

    private async Task<bool> DeleteAsync(TaskId id, CancellationToken cancellationToken)
    {
        // It may have been resumed since it was found to be gone.
        if (!await IsGoneAsync(id, cancellationToken)) return false;
        await cleanup.CleanUpAsync(id, cancellationToken);
        await store.DeleteAsync(id, cancellationToken);
        LogDeleted(logger, id);
        return true;
    }

    private async Task KeepAsync(OrchestrationInstance? instance, TaskCensus census, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.Serialize(census, TaskJson.Options);
        await (instance switch
        {
            null => (Task)client.StartAsync(TaskCensus.Name, TaskCensus.InstanceId, json, cancellationToken),
            { HasEnded: true } => client.RestartAsync(TaskCensus.InstanceId, json, cancellationToken),
            _ => client.RaiseEventAsync(TaskCensus.InstanceId, TaskCensus.Taken, json, cancellationToken),
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} had ended and its history was purged; what was stored of it is deleted.")]
    private static partial void LogDeleted(ILogger logger, TaskId task);
}
