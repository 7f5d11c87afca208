namespace DurableAgentTasks.Simulation.Scheduling;

/// <summary>Time that passes only when it is told to, from one alarm to the next; and the clock on the wall, which may be set.</summary>
internal sealed class SimulatedTime
{
    private readonly PriorityQueue<Alarm, (long Due, long Order)> _alarms = new();
    private long _order;

    /// <summary>What the clock on the wall showed at the beginning, if it was not set since.</summary>
    public DateTimeOffset Start { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>By the clock on the wall.</summary>
    public DateTimeOffset Now => Start + Elapsed;

    /// <summary>Since the beginning, however the clock was set.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>How long until the next alarm; <see langword="null"/> if none is set.</summary>
    public TimeSpan? UntilNext
    {
        get
        {
            while (_alarms.TryPeek(out var alarm, out var when))
            {
                if (alarm.IsSet) return new TimeSpan(when.Due) - Elapsed is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
                _alarms.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Calls <paramref name="action"/> when so much time has passed.</summary>
    public Alarm After(TimeSpan wait, Action action)
    {
        var alarm = new Alarm(action);
        _alarms.Enqueue(alarm, ((Elapsed + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero)).Ticks, _order++));
        return alarm;
    }

    /// <summary>Lets time pass until the next alarm, and sounds it.</summary>
    /// <returns><see langword="false"/> if there is none.</returns>
    public bool Pass()
    {
        while (_alarms.TryDequeue(out var alarm, out var when))
        {
            if (!alarm.IsSet) continue;
            if (when.Due > Elapsed.Ticks) Elapsed = new TimeSpan(when.Due);
            alarm.Sound();
            return true;
        }

        return false;
    }

    /// <summary>So much time passes without that anything comes to run, as when a machine sleeps: what is due then comes late.</summary>
    public void Leap(TimeSpan by) => Elapsed += by;

    /// <summary>Sets the clock on the wall forward or back.</summary>
    public void SetClock(TimeSpan by) => Start += by;
}

internal sealed class Alarm(Action action)
{
    private Action? _action = action;

    public bool IsSet => _action is not null;

    public void Cancel() => _action = null;

    public void Sound()
    {
        var sound = _action;
        _action = null;
        sound?.Invoke();
    }
}
