using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>
/// State and progress of all tasks. It begins with those that have not ended. What this process stores is signalled; the rest is found
/// by asking the engine every second which instances it changed, so that only the records of those are read.
/// </summary>
internal sealed class AllTasksEvents(TaskStatusReader status, TaskStore store, ITaskClient client, TaskSignals signals, TimeProvider time)
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly RuntimeStatus[] Open = [RuntimeStatus.Pending, RuntimeStatus.Running, RuntimeStatus.Suspended];

    public async Task SendAsync(EventWriter events, CancellationToken cancellationToken)
    {
        var followed = new Dictionary<TaskId, Followed>();
        using var watch = signals.WatchAll();
        long? looked = null;
        IEnumerable<TaskId> changed = [];
        while (true)
        {
            if (looked is not { } last || time.GetElapsedTime(last) >= LookEvery)
            {
                looked = time.GetTimestamp();
                changed = changed.Union(await LookAsync(followed, events, cancellationToken));
            }

            foreach (var task in changed)
            {
                await TellAsync(task, followed, events, cancellationToken);
                await events.FlushIfMuchAsync(cancellationToken);
            }

            events.KeepAlive();
            await events.FlushAsync(cancellationToken);
            changed = (await watch.WaitAsync(LookEvery, time, cancellationToken)).Keys;
        }
    }

    private async Task TellAsync(TaskId id, Dictionary<TaskId, Followed> followed, EventWriter events, CancellationToken cancellationToken)
    {
        if (await status.ReadAsync(id, cancellationToken) is not { } task)
        {
            followed.Remove(id);
            return;
        }

        if (!followed.TryGetValue(id, out var entry)) followed[id] = entry = new Followed(NewTeller(events));
        await entry.Teller.TellAsync(task, cancellationToken);
        if (entry.Gone) followed.Remove(id);
    }

    /// <summary>The tasks there may be something to tell of. Those the engine no longer has open are told of once more.</summary>
    private async Task<List<TaskId>> LookAsync(
        Dictionary<TaskId, Followed> followed, EventWriter events, CancellationToken cancellationToken)
    {
        var changed = new List<TaskId>();
        foreach (var entry in followed.Values) entry.Gone = true;
        string? token = null;
        do
        {
            var query = new InstanceQuery { Statuses = Open, Top = PageSize, ContinuationToken = token };
            var page = await client.QueryAsync(query, cancellationToken);
            token = page.ContinuationToken;
            foreach (var instance in page.Instances)
            {
                if (instance.Name != TaskOrchestration.Name || !TaskId.TryParse(instance.InstanceId, out var id)) continue;
                if (!followed.TryGetValue(id, out var entry)) followed[id] = entry = new Followed(NewTeller(events));
                entry.Gone = false;
                if (entry.IsNews(instance) || entry.Teller.IsDue) changed.Add(id);
            }
        }
        while (token is not null);

        changed.AddRange(followed.Where(entry => entry.Value.Gone).Select(entry => entry.Key));
        return changed;
    }

    private StatusTeller NewTeller(EventWriter events) => new(events, store, time, withNews: false);

    private sealed class Followed(StatusTeller teller)
    {
        private (RuntimeStatus Status, DateTimeOffset At)? _last;

        public StatusTeller Teller => teller;

        /// <summary>The engine does not have it open.</summary>
        public bool Gone { get; set; }

        public bool IsNews(OrchestrationInstance instance)
        {
            var (last, now) = (_last, (instance.Status, instance.LastUpdatedAt));
            _last = now;
            return last != now;
        }
    }
}
