using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Engine.Timers;

namespace DurableAgentTasks.Engine.Tests.Timers;

public sealed class TimerQueueTests
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Fact]
    public void A_timer_fires_when_it_is_due_and_not_before()
    {
        var time = new ManualTimeProvider();
        using var queue = new TimerQueue(time);
        var fired = new List<int>();
        queue.Add(time.GetUtcNow() + TenMinutes, fired.Add, 1);
        time.Advance(TenMinutes - TimeSpan.FromTicks(1));
        Assert.Empty(fired);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal([1], fired);
    }

    [Fact]
    public void A_clock_that_jumps_while_the_alarm_is_set_makes_no_timer_late()
    {
        var time = new JumpingClock();
        using var queue = new TimerQueue(time);
        var fired = new List<int>();
        time.JumpsBy = TenMinutes;
        queue.Add(time.GetUtcNow() + TenMinutes, fired.Add, 1);
        time.Manual.Advance(TimeSpan.Zero);
        Assert.Equal([1], fired);
    }

    /// <summary>Jumps between the look at the clock and the timer that is set by it.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public ManualTimeProvider Manual { get; } = new();

        public TimeSpan JumpsBy { get; set; }

        public override DateTimeOffset GetUtcNow() => Manual.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new JumpingTimer(this, Manual.CreateTimer(callback, state, dueTime, period));

        private sealed class JumpingTimer(JumpingClock clock, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.Manual.Advance(clock.JumpsBy);
                clock.JumpsBy = TimeSpan.Zero;
                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
