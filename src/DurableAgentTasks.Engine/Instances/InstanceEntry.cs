using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>What is kept in memory of every instance, running or ended.</summary>
internal sealed class InstanceEntry(string id, string name, ulong stream, DateTimeOffset createdAt)
{
    private volatile Instance? _live;
    private RuntimeStatus _endedAs;
    private int _purged;

    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>Its records in the journal.</summary>
    public ulong Stream { get; } = stream;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public RuntimeStatus Status => _live?.Status ?? _endedAs;

    /// <summary>The running instance; <see langword="null"/> once it has ended and that is on the disk.</summary>
    public Instance? Live => _live;

    public void Begin(Instance live) => _live = live;

    public void End(RuntimeStatus status, DateTimeOffset time)
    {
        UpdatedAt = time;
        _endedAs = status;
        _live = null;
    }

    /// <summary>True for the first who asks.</summary>
    public bool TryPurge() => Interlocked.Exchange(ref _purged, 1) == 0;
}
