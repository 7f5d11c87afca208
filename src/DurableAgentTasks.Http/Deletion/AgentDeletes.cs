using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using Microsoft.Extensions.Hosting;

namespace DurableAgentTasks.Http.Deletion;

/// <summary>Deletes all tasks of an owner. Those that are started meanwhile stay; so may those the engine no longer knows.</summary>
internal sealed class AgentDeletes(TaskList list, TaskDeletes deletes, IHostApplicationLifetime lifetime)
{
    // Each may have processes to wait for.
    private const int AtOnce = 8;

    /// <returns>Those that are gone, by name. A client that hangs up stops nothing of it.</returns>
    public async Task<IReadOnlyList<TaskId>> DeleteAsync(string agentId)
    {
        var stopping = lifetime.ApplicationStopping;
        var found = await list.ReadAllAsync(new TaskFilter { AgentId = agentId }, stopping).Select(task => task.Id).ToListAsync(stopping);
        var deleted = new ConcurrentBag<TaskId>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        await Parallel.ForEachAsync(found, options, async (id, _) =>
        {
            if (await deletes.DeleteAsync(id)) deleted.Add(id);
        });
        return [.. deleted.OrderBy(id => id.Value, StringComparer.Ordinal)];
    }
}
