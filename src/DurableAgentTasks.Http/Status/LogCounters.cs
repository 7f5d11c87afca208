using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Http.Status;

/// <summary>Counts the logs of the tasks that somebody looks at; who looks again pays for what is new.</summary>
internal sealed class LogCounters(IBlobStore blobs)
{
    private const int MostKnown = 1_000;

    // An id may be used again once its task is deleted: that is another log.
    private readonly ConcurrentDictionary<(TaskId Task, DateTimeOffset CreatedAt), LogTally> _known = [];

    public async Task<LogCounts> CountAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        var key = (task.Id, task.CreatedAt);
        var tally = await _known.GetValueOrDefault(key, LogTally.Empty).AdvanceAsync(blobs, task.Id, cancellationToken);
        if (_known.Count >= MostKnown) _known.Clear();
        _known[key] = tally;
        return tally.Counts;
    }
}
