using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>How long a task, or a phase of it, has worked, and how long it may.</summary>
internal sealed class WorkingTime(World world)
{
    private TimeSpan? _limit;
    private TimeSpan _worked;
    private TimeSpan _disturbed;
    private TimeSpan _now;
    private bool _isUnknown;

    public bool IsCounting { get; private set; }

    public void Begin(TimeSpan? limit) => (_limit, _worked, _disturbed, IsCounting, _isUnknown) = (limit, TimeSpan.Zero, TimeSpan.Zero, true, false);

    public void Stop() => (IsCounting, _isUnknown) = (false, false);

    /// <summary>Whether it goes on or begins anew is not to be told.</summary>
    public void Unknown() => _isUnknown = true;

    public void Extend(TimeSpan by) => _limit += by;

    /// <param name="at">The time it is now.</param>
    /// <param name="works">Whether it worked until now.</param>
    public void Pass(TimeSpan at, bool works)
    {
        if (works && IsCounting)
        {
            _worked += at - _now;
            _disturbed += world.Disturbances.Within(_now, at);
        }

        _now = at;
    }

    public bool IsOver(TimeSpan tolerance) => IsCounting && !_isUnknown && _worked > _limit + _disturbed + tolerance;

    public bool IsReached(TimeSpan early) => !IsCounting || _isUnknown || _worked >= _limit - early;

    public override string ToString() => $"{_worked}, its limit is {_limit}, disturbed {_disturbed}";
}
