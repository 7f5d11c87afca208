using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>What is kept in memory of every instance, running or ended.</summary>
internal sealed class InstanceEntry(string id, string name, ulong stream, DateTimeOffset createdAt)
{
    private const int ForRestart = 1;
    private const int ForPurge = 2;

    private volatile Instance? _live;
    private RuntimeStatus _endedAs;
    private int _held;

    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>Its records in the journal.</summary>
    public ulong Stream { get; } = stream;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public RuntimeStatus Status => _live?.Status ?? _endedAs;

    /// <summary>The running instance; <see langword="null"/> once it has ended and that is on the disk.</summary>
    public Instance? Live => _live;

    /// <summary>Whether it is purged, or about to be.</summary>
    public bool IsPurged => Volatile.Read(ref _held) == ForPurge;

    public void Begin(Instance live) => _live = live;

    /// <summary>What was to replace it did not begin.</summary>
    /// <param name="before">An instance that stands still; <see langword="null"/>: it had ended.</param>
    public void Resume(Instance? before) => _live = before;

    public void End(RuntimeStatus status, DateTimeOffset time)
    {
        UpdatedAt = time;
        _endedAs = status;
        _live = null;
    }

    /// <summary>The end of a running instance, unless it was replaced before it was over.</summary>
    public void End(Instance live, RuntimeStatus status, DateTimeOffset time)
    {
        if (_live == live) End(status, time);
    }

    /// <summary>Whoever purges or restarts what has ended holds it: one at a time, and after a purge nobody.</summary>
    /// <returns>Whether the caller holds it.</returns>
    public bool TryHold(bool forPurge) => Interlocked.CompareExchange(ref _held, forPurge ? ForPurge : ForRestart, 0) == 0;

    public void LetGo() => Volatile.Write(ref _held, 0);
}
