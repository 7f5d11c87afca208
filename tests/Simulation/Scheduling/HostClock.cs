namespace DurableAgentTasks.Simulation.Scheduling;

/// <summary>The clock of one life of the host: its timers die with it.</summary>
internal sealed class HostClock(SimulatedTime time) : TimeProvider
{
    private bool _isDead;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.Now;

    public override long GetTimestamp() => time.Elapsed.Ticks;

    public void Die() => _isDead = true;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HostTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HostTimer(HostClock clock, TimerCallback callback, object? state) : ITimer
    {
        private Alarm? _alarm;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _alarm?.Cancel();
            if (clock._isDead || dueTime == Timeout.InfiniteTimeSpan) return true;
            if (period != Timeout.InfiniteTimeSpan) throw new NotSupportedException("The engine uses no timer that repeats itself.");
            _alarm = clock.After(dueTime, () => callback(state));
            return true;
        }

        public void Dispose() => _alarm?.Cancel();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private Alarm After(TimeSpan wait, Action action) => time.After(wait, () =>
    {
        if (!_isDead) action();
    });
}
