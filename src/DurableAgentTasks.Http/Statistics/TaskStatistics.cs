using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;

namespace DurableAgentTasks.Http.Statistics;

/// <summary>How many tasks there are.</summary>
/// <param name="Total">All.</param>
/// <param name="States">Those in each state; every state is there.</param>
public sealed record TaskCounts(int Total, IReadOnlyDictionary<string, int> States);

/// <summary>Counts the tasks, as they were a few seconds ago at most: whoever asks meanwhile gets the count there is.</summary>
internal sealed class TaskStatistics(TaskList tasks, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _counting = new(1, 1);
    private long _forgotten = long.MinValue;
    private (long At, IReadOnlyDictionary<string, TaskCounts> ByAgent)? _known;

    /// <summary>By agent profile.</summary>
    public async Task<IReadOnlyDictionary<string, TaskCounts>> ReadAsync(CancellationToken cancellationToken)
    {
        await _counting.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || known.At <= Volatile.Read(ref _forgotten) || time.GetElapsedTime(known.At) >= Lifetime)
            {
                _known = known = (time.GetTimestamp(), await CountAsync(cancellationToken));
            }

            return known.ByAgent;
        }
        finally
        {
            _counting.Release();
        }
    }

    /// <summary>Who asks next gets a new count: whoever has deleted a task does not see it counted.</summary>
    public void Forget() => Volatile.Write(ref _forgotten, time.GetTimestamp());

    public static TaskCounts Sum(IEnumerable<TaskCounts> counts) =>
        CountsOf(counts.SelectMany(count => count.States).GroupBy(state => state.Key, state => state.Value).ToDictionary(state => state.Key, state => state.Sum()));

    public void Dispose() => _counting.Dispose();

    private async Task<IReadOnlyDictionary<string, TaskCounts>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = new SortedDictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        await foreach (var task in tasks.ReadAllAsync(new TaskFilter(), cancellationToken))
        {
            if (!counts.TryGetValue(task.Request.Agent, out var states)) counts[task.Request.Agent] = states = [];
            var state = WireName.Of(task.State);
            states[state] = states.GetValueOrDefault(state) + 1;
        }

        return counts.ToDictionary(agent => agent.Key, agent => CountsOf(agent.Value));
    }

    private static TaskCounts CountsOf(Dictionary<string, int> states) => new(
        states.Values.Sum(),
        Enum.GetValues<TaskState>().Select(WireName.Of).ToDictionary(state => state, state => states.GetValueOrDefault(state)));
}
