using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Statistics;
using DurableAgentTasks.Storage.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Tasks">All of them, counted a few seconds ago at most.</param>
/// <param name="Agents">The same, by agent profile.</param>
/// <param name="Queue">Who runs and who waits.</param>
/// <param name="Host">The machine that answers; <see langword="null"/> where it does not tell.</param>
public sealed record StatsView(TaskCounts Tasks, IReadOnlyDictionary<string, TaskCounts> Agents, QueueView Queue, HostResourcesView? Host);

/// <param name="Running">Tasks that have a slot.</param>
/// <param name="Waiting">Tasks that wait for one.</param>
/// <param name="MaxConcurrentTasks">As many run at once.</param>
/// <param name="MaxQueuedTasks">As many wait before no more are taken.</param>
/// <param name="MaxPerAgent">As many of one profile run at once, where it has a limit of its own.</param>
public sealed record QueueView(
    int Running, int Waiting, int MaxConcurrentTasks, int MaxQueuedTasks, IReadOnlyDictionary<string, int> MaxPerAgent);

internal static class ShowStats
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, TaskStatistics tasks, TaskQueue queue, CancellationToken cancellationToken)
    {
        var agents = await tasks.ReadAsync(cancellationToken);
        var record = await queue.ReadAsync(cancellationToken);
        var host = context.RequestServices.GetService(typeof(HostResources)) as HostResources;
        return Answer.Json(new StatsView(
            TaskStatistics.Sum(agents.Values),
            agents,
            new(record.Slots.Length, record.Waiting.Length, queue.Limits.MaxConcurrentTasks, queue.Limits.MaxQueuedTasks, queue.Limits.PerAgent),
            host?.Sample()));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowStats", "How many tasks there are, in all and by agent, who runs and waits, and what the machine has left.")
        .Produces<StatsView>()
        .Refuses();
}
