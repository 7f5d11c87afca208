using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>
/// The events of one task.
/// <list type="number">
/// <item>A signal, or a second without one, makes it look. The first look tells all.</item>
/// <item>Where the task stands is read again after a signal, and every second: other processes do not signal.</item>
/// <item>The log is read page by page, at the pace of the client.</item>
/// <item>A task that had ended before the log was read to its end, with nobody writing to it, has nothing more to tell.</item>
/// </list>
/// </summary>
internal sealed class TaskEvents(TaskStatusReader status, TaskStore store, IBlobStore blobs, TaskSignals signals, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Where to go on in the log; <see langword="null"/> if the task has ended and the client has had all of it.</summary>
    public async Task<LogCursor?> BeginAsync(TaskRecord task, long after, CancellationToken cancellationToken)
    {
        var over = IsOver(task);
        var log = new LogCursor(blobs, task.Id, after);
        return await log.BeginAsync(cancellationToken) || !over ? log : null;
    }

    public async Task SendAsync(TaskRecord task, LogCursor log, EventWriter events, CancellationToken cancellationToken)
    {
        var teller = new StatusTeller(events, store, time, withNews: true);
        var resources = new ResourceTeller(events, store, task.Id, time);
        using var watch = signals.Watch(task.Id);
        var seen = TaskSignal.Record;
        var read = 0L;
        while (true)
        {
            // 2. An id may be used again once its task is deleted: that is another stream.
            if (seen.HasFlag(TaskSignal.Record) || time.GetElapsedTime(read) >= LookEvery)
            {
                read = time.GetTimestamp();
                if (await status.ReadAsync(task.Id, cancellationToken) is not { } now || now.CreatedAt != task.CreatedAt) return;
                task = now;
                await teller.TellAsync(task, cancellationToken);
            }

            await resources.TellAsync(seen.HasFlag(TaskSignal.Heartbeat), cancellationToken);
            await events.FlushAsync(cancellationToken);

            // 3.
            var over = IsOver(task);
            var more = await log.SendAsync(events, cancellationToken);
            events.KeepAlive();
            if (over && !more) break;
            await events.FlushAsync(cancellationToken);

            // 1.
            var signalled = more ? watch.Take() : await watch.WaitAsync(LookEvery, time, cancellationToken);
            seen = signalled.GetValueOrDefault(task.Id);
        }

        // 4.
        events.Event("end", new EndEvent(task.Id, task.State, task.Result, task.Error));
        await events.FlushAsync(cancellationToken);
    }

    private bool IsOver(TaskRecord task) => TaskLifecycle.HasEnded(task.State) && !signals.IsWritten(task.Id);
}
