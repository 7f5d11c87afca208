using System.Collections.Immutable;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Queue;

/// <summary>Who runs and who waits, in one task hub. Entries that have expired may still stand in it; <see cref="At"/> leaves them out.</summary>
public sealed record QueueRecord
{
    public static readonly QueueRecord Empty = new();

    /// <summary>The tasks that may run.</summary>
    public ImmutableArray<QueueEntry> Slots { get; init; } = [];

    /// <summary>The tasks that wait, in the order of their turns.</summary>
    public ImmutableArray<QueueEntry> Waiting { get; init; } = [];

    /// <summary>The record as it counts at a time. The same one, if nothing in it has expired.</summary>
    public QueueRecord At(DateTimeOffset now)
    {
        var (slots, waiting) = (Slots.RemoveAll(entry => entry.Expires <= now), Waiting.RemoveAll(entry => entry.Expires <= now));
        return slots == Slots && waiting == Waiting ? this : new() { Slots = slots, Waiting = waiting };
    }
}

/// <param name="Task">Whose it is.</param>
/// <param name="Expires">From then on it counts no more, unless it is renewed.</param>
public sealed record QueueEntry(QueuedTask Task, DateTimeOffset Expires);

/// <summary>What the queue goes by.</summary>
/// <param name="Id">Which task.</param>
/// <param name="Agent">The profile.</param>
/// <param name="Priority">Higher runs first.</param>
/// <param name="CreatedAt">Among equals the earlier runs first.</param>
/// <param name="Folder">The folder it works in without isolation, as the one path there is to it; <see langword="null"/> if it has a tree of its own.</param>
public sealed record QueuedTask(TaskId Id, string Agent, int Priority, DateTimeOffset CreatedAt, string? Folder)
{
    /// <summary>Whether its turn comes first.</summary>
    public bool IsBefore(QueuedTask other)
    {
        if (Priority != other.Priority) return Priority > other.Priority;
        return CreatedAt != other.CreatedAt ? CreatedAt < other.CreatedAt : string.CompareOrdinal(Id.Value, other.Id.Value) < 0;
    }

    /// <summary>Whether both work in one folder, or one in a folder within the other's.</summary>
    public bool SharesFolderWith(QueuedTask other) =>
        Folder is { } mine && other.Folder is { } theirs && (IsWithin(mine, theirs) || IsWithin(theirs, mine));

    // Off Linux, names that differ in case only are mostly one folder; to keep two tasks apart for nothing is the safe mistake.
    private static bool IsWithin(string folder, string outer)
    {
        var comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return folder.StartsWith(outer, comparison)
            && (folder.Length == outer.Length || outer.EndsWith(Path.DirectorySeparatorChar) || folder[outer.Length] == Path.DirectorySeparatorChar);
    }
}

/// <summary>Where a task stands in the queue.</summary>
/// <param name="HasSlot">It may run.</param>
/// <param name="Position">Of one that waits: its place among all that do, from 1.</param>
/// <param name="FolderBusy">Of one that waits: another task works in its folder.</param>
public readonly record struct QueueStanding(bool HasSlot, int Position, bool FolderBusy)
{
    public static readonly QueueStanding Running = new(HasSlot: true, 0, FolderBusy: false);
}
