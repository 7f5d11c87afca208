using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>How long a task, or a phase of it, has worked, and how long it may.</summary>
internal sealed class WorkingTime(World world)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(2);
    private TimeSpan? _limit;
    private TimeSpan _granted;
    private TimeSpan _worked;
    private TimeSpan _disturbed;
    private TimeSpan _now;
    private SuspendedTime _suspended;
    private bool _isUnknown;
    private (TimeSpan By, TimeSpan Worked) _extended;

    public bool IsCounting { get; private set; }

    /// <summary>It may take its limit and what it was granted since <see cref="End"/>, also before it began.</summary>
    public void Begin(TimeSpan? limit) =>
        (_limit, _worked, _disturbed, _suspended, _extended, IsCounting, _isUnknown) = (limit + _granted, TimeSpan.Zero, TimeSpan.Zero, default, default, true, false);

    /// <summary>It is over, or begins anew with all it was granted.</summary>
    public void Stop() => (IsCounting, _isUnknown) = (false, false);

    /// <summary>It is over, and what it was granted with it.</summary>
    public void End()
    {
        Stop();
        _granted = TimeSpan.Zero;
    }

    /// <summary>Whether it goes on or begins anew is not to be told.</summary>
    public void Unknown() => _isUnknown = true;

    public void Extend(TimeSpan by)
    {
        _limit += by;
        _granted += by;
        _extended = (by, _worked);
    }

    /// <param name="at">The time it is now.</param>
    /// <param name="works">Whether it worked until now, but for the time in which it was suspended.</param>
    public void Pass(TimeSpan at, bool works)
    {
        if (works && IsCounting)
        {
            var suspended = world.Suspended.Within(_now, at);
            _worked += at - _now - suspended.Sum;
            _suspended += suspended;
            _disturbed += world.Disturbances.Within(_now, at);
        }

        _now = at;
    }

    public bool IsOver(TimeSpan tolerance) => IsCounting && !_isUnknown && _worked > _limit + _disturbed + tolerance;

    /// <summary>Whether there was a reason to act on it: an extension may come in the moment it is acted on.</summary>
    public bool IsReached(TimeSpan early) => !IsCounting || _isUnknown || _worked >= _limit - early - _suspended.MayBeMissing - (_worked - _extended.Worked < Moment + _disturbed ? _extended.By : TimeSpan.Zero);

    public override string ToString() => $"{_worked}, its limit is {_limit}, disturbed {_disturbed}, suspended {_suspended.Sum}";
}
