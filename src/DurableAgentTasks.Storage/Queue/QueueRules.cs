using System.Collections.Immutable;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Queue;

/// <summary>
/// The rules of the queue, over a record that is only ever replaced.
/// <list type="number">
/// <item>Turns come by priority, then arrival. Whoever cannot take theirs, because of their agent's limit or their folder, holds up nobody else.</item>
/// <item>A slot that is free is kept for those whose turn it is, also while they have not come for it.</item>
/// <item>A slot lasts an hour and a place in the queue five minutes, unless asked for again: what a task that is gone held comes free by itself.</item>
/// <item>Asking again renews what is half over; before that it changes nothing, so that it costs no write.</item>
/// </list>
/// </summary>
public sealed class QueueRules(QueueLimits limits)
{
    public static readonly TimeSpan SlotLifetime = TimeSpan.FromHours(1);

    /// <summary>A task that waits asks every minute.</summary>
    public static readonly TimeSpan PlaceLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The record once the task has asked for a slot, and what it got. The same record, if there is nothing to write.</summary>
    public (QueueRecord Record, QueueStanding Standing) Join(QueueRecord record, QueuedTask task, DateTimeOffset now)
    {
        var live = record.At(now);
        if (Find(live.Slots, task.Id) is { } slot)
        {
            return IsFresh(slot, SlotLifetime, now)
                ? (record, QueueStanding.Running)
                : (live with { Slots = live.Slots.Replace(slot, new QueueEntry(task, now + SlotLifetime)) }, QueueStanding.Running);
        }

        var place = Find(live.Waiting, task.Id);
        var others = place is null ? live.Waiting : live.Waiting.Remove(place);
        var position = PositionOf(task, others);
        var before = Allot(live.Slots, others.Take(position));
        if (Fits(task, before))
        {
            return (new() { Slots = live.Slots.Add(new QueueEntry(task, now + SlotLifetime)), Waiting = others }, QueueStanding.Running);
        }

        var standing = new QueueStanding(HasSlot: false, position + 1, before.Any(task.SharesFolderWith));
        return place is not null && IsFresh(place, PlaceLifetime, now)
            ? (record, standing)
            : (live with { Waiting = others.Insert(position, new QueueEntry(task, now + PlaceLifetime)) }, standing);
    }

    /// <summary>The record without the task. The same one, if it is not in it.</summary>
    public static QueueRecord Leave(QueueRecord record, TaskId task)
    {
        var (slot, place) = (Find(record.Slots, task), Find(record.Waiting, task));
        if (slot is null && place is null) return record;
        return new()
        {
            Slots = slot is null ? record.Slots : record.Slots.Remove(slot),
            Waiting = place is null ? record.Waiting : record.Waiting.Remove(place),
        };
    }

    /// <summary>Those that wait and have only to ask: their slots are free.</summary>
    public IReadOnlyList<TaskId> Turns(QueueRecord record, DateTimeOffset now)
    {
        var live = record.At(now);
        return [.. Allot(live.Slots, live.Waiting).Skip(live.Slots.Length).Select(task => task.Id)];
    }

    /// <summary>Whether as many wait as may, so that another one, which would have to wait too, is one too many.</summary>
    public bool IsFull(QueueRecord record, DateTimeOffset now)
    {
        var live = record.At(now);
        return live.Waiting.Length >= limits.MaxQueuedTasks && (live.Waiting.Length > 0 || live.Slots.Length >= limits.MaxConcurrentTasks);
    }

    // 1. and 2.
    private List<QueuedTask> Allot(ImmutableArray<QueueEntry> slots, IEnumerable<QueueEntry> waiting)
    {
        var running = slots.Select(entry => entry.Task).ToList();
        foreach (var entry in waiting)
        {
            if (running.Count >= limits.MaxConcurrentTasks) break;
            if (Fits(entry.Task, running)) running.Add(entry.Task);
        }

        return running;
    }

    private bool Fits(QueuedTask task, List<QueuedTask> running) =>
        running.Count < limits.MaxConcurrentTasks
        && running.Count(other => other.Agent == task.Agent) < limits.Of(task.Agent)
        && !running.Any(task.SharesFolderWith);

    private static int PositionOf(QueuedTask task, ImmutableArray<QueueEntry> waiting)
    {
        var (low, high) = (0, waiting.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (waiting[middle].Task.IsBefore(task)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static QueueEntry? Find(ImmutableArray<QueueEntry> entries, TaskId task) => entries.FirstOrDefault(entry => entry.Task.Id == task);

    // 4.
    private static bool IsFresh(QueueEntry entry, TimeSpan lifetime, DateTimeOffset now) => entry.Expires - now > lifetime / 2;
}
