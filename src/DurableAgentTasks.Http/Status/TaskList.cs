using System.Runtime.CompilerServices;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Status;

/// <summary>Which tasks are listed.</summary>
internal sealed record TaskFilter
{
    /// <summary>The states in which a task executes.</summary>
    public static readonly IReadOnlyList<TaskState> Running =
        [TaskState.Planning, TaskState.Executing, TaskState.Checkpointing, TaskState.Resuming, TaskState.Completing];

    /// <summary>Empty: in every state.</summary>
    public IReadOnlyList<TaskState> States { get; init; } = [];

    public string? Agent { get; init; }

    public string? AgentId { get; init; }

    /// <summary>Created then or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Created then or before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Tasks to a page.</summary>
    public int Top { get; init; } = 100;

    public string? ContinuationToken { get; init; }

    public bool Matches(TaskRecord task) =>
        (States.Count == 0 || States.Contains(task.State))
        && (Agent is null || task.Request.Agent == Agent)
        && (AgentId is null || task.Request.AgentId == AgentId);
}

internal sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? ContinuationToken);

/// <summary>
/// Lists tasks, newest first. The engine gives the order and what it can tell by itself; the rest is told by the records. A page may
/// hold fewer tasks than there is room for when few of many match; its token goes on from there.
/// </summary>
internal sealed class TaskList(ITaskClient client, TaskStatusReader status)
{
    private const int MaxQueries = 20;
    private const int MaxExamined = 5_000;
    private const int ReadsAtOnce = 16;
    private const int ChunkSize = 200;

    /// <exception cref="FormatException">The continuation token is not one that a page gave.</exception>
    public async Task<TaskPage> ReadAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskRecord>();
        var token = filter.ContinuationToken;
        var examined = 0;
        for (var queries = 1; ; queries++)
        {
            var page = await QueryAsync(filter, filter.Top - tasks.Count, token, cancellationToken);
            tasks.AddRange((await ReadAsync(page.Instances, cancellationToken)).Where(filter.Matches));
            examined += page.Instances.Count;
            token = page.ContinuationToken;
            if (token is null || tasks.Count == filter.Top || queries == MaxQueries || examined >= MaxExamined) return new(tasks, token);
        }
    }

    /// <summary>All of them, in any order and in one pass, whatever the filter says of pages.</summary>
    public async IAsyncEnumerable<TaskRecord> ReadAllAsync(TaskFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var instances in client.ListAsync(InstancesOf(filter), cancellationToken).Chunk(ChunkSize).WithCancellation(cancellationToken))
        {
            foreach (var task in (await ReadAsync(instances, cancellationToken)).Where(filter.Matches)) yield return task;
        }
    }

    private Task<InstancePage> QueryAsync(TaskFilter filter, int top, string? token, CancellationToken cancellationToken) =>
        client.QueryAsync(InstancesOf(filter) with { Top = top, ContinuationToken = token }, cancellationToken);

    private static InstanceQuery InstancesOf(TaskFilter filter) => new()
    {
        CreatedFrom = filter.From,
        CreatedTo = filter.To,
        Statuses = [.. filter.States.SelectMany(StatusesOf).Distinct()],
    };

    private async Task<IEnumerable<TaskRecord>> ReadAsync(IReadOnlyList<OrchestrationInstance> instances, CancellationToken cancellationToken)
    {
        var read = new TaskRecord?[instances.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, instances.Count, options, async (i, stop) =>
        {
            var instance = instances[i];
            if (instance.Name == TaskOrchestration.Name && TaskId.TryParse(instance.InstanceId, out var id))
            {
                read[i] = await status.ReadListedAsync(id, instance, stop);
            }
        });
        return read.OfType<TaskRecord>();
    }

    /// <summary>What the engine may call an instance whose task is in this state. A failed task that was cancelled is still failed to it.</summary>
    private static IEnumerable<RuntimeStatus> StatusesOf(TaskState state) => state switch
    {
        TaskState.Completed => [RuntimeStatus.Completed, RuntimeStatus.Running],
        TaskState.Failed => [RuntimeStatus.Failed, RuntimeStatus.Running],
        TaskState.Cancelled => [RuntimeStatus.Completed, RuntimeStatus.Terminated, RuntimeStatus.Failed, RuntimeStatus.Running],
        TaskState.Paused => [RuntimeStatus.Suspended, RuntimeStatus.Running],
        _ => [RuntimeStatus.Pending, RuntimeStatus.Running],
    };
}
