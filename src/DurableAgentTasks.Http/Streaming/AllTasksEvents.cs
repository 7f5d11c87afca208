using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>
/// State and progress of all tasks. It begins with those that have not ended. What this process stores is signalled; the rest is found
/// by asking the engine now and then which instances it changed (<see cref="OpenTasks"/>), so that only the records of those are read.
/// </summary>
internal sealed class AllTasksEvents(TaskStatusReader status, TaskStore store, OpenTasks open, TaskSignals signals, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public async Task SendAsync(EventWriter events, CancellationToken cancellationToken)
    {
        var followed = new Dictionary<TaskId, Followed>();
        using var watch = signals.WatchAll();
        OpenTasksLook? seen = null;
        long? looked = null;
        IEnumerable<TaskId> changed = [];
        while (true)
        {
            if (looked is not { } last || time.GetElapsedTime(last) >= LookEvery)
            {
                looked = time.GetTimestamp();
                var look = await open.LookAsync(cancellationToken);
                if (look != seen) changed = changed.Union(TakeIn(seen = look, followed, events));
                changed = changed.Union(followed.Where(entry => entry.Value.Teller.IsDue).Select(entry => entry.Key)).ToList();
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

        if (!followed.TryGetValue(id, out var entry)) followed[id] = entry = Follow(events);
        await entry.Teller.TellAsync(task, cancellationToken);
        if (entry.Gone) followed.Remove(id);
    }

    /// <summary>The tasks there may be something to tell of. Those the engine no longer has open are told of once more.</summary>
    private List<TaskId> TakeIn(OpenTasksLook look, Dictionary<TaskId, Followed> followed, EventWriter events)
    {
        var changed = new List<TaskId>();
        foreach (var (id, entry) in followed)
        {
            // One that was followed since the look began may have been started after it.
            entry.Gone = entry.Since < look.BeganAt && !look.Tasks.ContainsKey(id);
            if (entry.Gone) changed.Add(id);
        }

        foreach (var (id, instance) in look.Tasks)
        {
            if (!followed.TryGetValue(id, out var entry)) followed[id] = entry = Follow(events);
            if (entry.IsNews(instance)) changed.Add(id);
        }

        return changed;
    }

    private Followed Follow(EventWriter events) => new(new StatusTeller(events, store, time, withNews: false), time.GetTimestamp());

    private sealed class Followed(StatusTeller teller, long since)
    {
        private (RuntimeStatus Status, DateTimeOffset At)? _last;

        public StatusTeller Teller => teller;

        /// <summary>By the clock's timestamps.</summary>
        public long Since => since;

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
