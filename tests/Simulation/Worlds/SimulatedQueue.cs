using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>One slot, which another task may have. It lasts an hour unless it is asked for again.</summary>
internal sealed class SimulatedQueue(SimulatedTime time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private DateTimeOffset? _ours;
    private bool _isRivals;

    public bool IsOurs => _ours > time.Now;

    /// <summary>Whether our task has, or waits for, a slot.</summary>
    public bool KnowsUs => IsOurs || WeWait;

    public bool WeWait { get; private set; }

    public QueuePlace Join()
    {
        WeWait = !IsOurs && _isRivals;
        if (WeWait) return new QueuePlace(HasSlot: false, "queued:1");
        _ours = time.Now + Lifetime;
        return new QueuePlace(HasSlot: true, Detail: null);
    }

    public void Leave() => (_ours, WeWait) = (null, false);

    /// <summary>Another task takes the slot, if it is free.</summary>
    public bool RivalComes() => !IsOurs && (_isRivals = true);

    /// <returns>Whether our task is to be told that its turn has come.</returns>
    public bool RivalGoes()
    {
        _isRivals = false;
        return WeWait;
    }
}
