namespace DurableAgentTasks.Engine.Timers;

/// <summary>All durable timers that are set, on one timer of the clock. Adding and removing cost the logarithm of their number.</summary>
internal sealed class TimerQueue : IDisposable
{
    // A machine that sleeps, or whose clock is set, does not tell its timers: the clock is looked at again on the way.
    private static readonly TimeSpan LongestNap = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<Entry> _entries = [];
    private readonly TimeProvider _time;
    private readonly ITimer _alarm;
    private DateTimeOffset _alarmAt = DateTimeOffset.MaxValue;
    private long _lastOrder;
    private bool _closed;

    public TimerQueue(TimeProvider time)
    {
        _time = time;
        _alarm = time.CreateTimer(static queue => ((TimerQueue)queue!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Calls <paramref name="onDue"/> once <paramref name="due"/> is reached, soon if it is past.</summary>
    public Entry Add(DateTimeOffset due, Action<int> onDue, int number)
    {
        lock (_gate)
        {
            var entry = new Entry(due, ++_lastOrder, onDue, number);
            if (_closed) return entry;
            _entries.Add(entry);
            SetAlarm();
            return entry;
        }
    }

    public void Remove(Entry entry)
    {
        lock (_gate) _entries.Remove(entry);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _entries.Clear();
        }

        _alarm.Dispose();
    }

    private void Fire()
    {
        var due = new List<Entry>();
        lock (_gate)
        {
            if (_closed) return;
            _alarmAt = DateTimeOffset.MaxValue;
            var now = _time.GetUtcNow();
            while (_entries.Min is { } first && first.Due <= now)
            {
                _entries.Remove(first);
                due.Add(first);
            }

            SetAlarm();
        }

        foreach (var entry in due) entry.OnDue(entry.Number);
    }

    private void SetAlarm()
    {
        if (_entries.Min is not { } first || first.Due >= _alarmAt) return;
        var now = _time.GetUtcNow();
        var wait = first.Due <= now ? TimeSpan.Zero : first.Due - now;
        if (wait > LongestNap) wait = LongestNap;

        // Rounded up: a clock's timer counts whole milliseconds, and an early alarm would find nothing due.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _alarmAt = first.Due;
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);

        // The clock may have jumped past it between the look and the alarm, which would then come a nap too late.
        if (wait > TimeSpan.Zero && first.Due <= _time.GetUtcNow()) _alarm.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public sealed record Entry(DateTimeOffset Due, long Order, Action<int> OnDue, int Number) : IComparable<Entry>
    {
        public int CompareTo(Entry? other) =>
            other is null ? 1 : Due.CompareTo(other.Due) is var byDue && byDue != 0 ? byDue : Order.CompareTo(other.Order);
    }
}
