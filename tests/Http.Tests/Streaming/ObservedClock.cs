using System.Threading.Channels;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Http.Tests.Streaming;

/// <summary>A clock that a test moves, and that tells when somebody has begun to wait by it.</summary>
internal sealed class ObservedClock : TimeProvider
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<bool> _timers = Channel.CreateUnbounded<bool>();

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan) _timers.Writer.TryWrite(true);
        return timer;
    }

    /// <summary>Waits until somebody waits, then lets a time pass; as often as asked.</summary>
    public async Task PassAsync(TimeSpan by, int times, CancellationToken cancellationToken)
    {
        for (var i = 0; i < times; i++)
        {
            await _timers.Reader.ReadAsync(cancellationToken);
            _clock.Advance(by);
        }
    }
}
