using DurableAgentTasks.Agents.Watching;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Watching;

public sealed class RunClockTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void It_stands_still_while_it_is_stopped()
    {
        var clock = Clock();

        Assert.Equal(Seconds(10 + 20 + 5), clock.Now);
        Assert.True(clock.IsFrozen);
        clock.Continue();
        Assert.False(clock.IsFrozen);
        Assert.Equal(Seconds(35), clock.Now);
    }

    /// <summary>Runs 0 to 10, 110 to 130 and 230 to 235; stands from 10 to 110, from 130 to 230 and from 235 on.</summary>
    [Theory]
    [InlineData(-7, -7)]
    [InlineData(0, 0)]
    [InlineData(5, 5)]
    [InlineData(10, 10)]
    [InlineData(60, 10)]
    [InlineData(110, 10)]
    [InlineData(115, 15)]
    [InlineData(130, 30)]
    [InlineData(200, 30)]
    [InlineData(233, 33)]
    [InlineData(235, 35)]
    [InlineData(300, 35)]
    [InlineData(1000, 35)]
    public void A_moment_has_its_running_time(int moment, int running)
    {
        var began = _time.GetUtcNow();
        var clock = Clock();
        _time.Advance(Seconds(65));

        Assert.Equal(Seconds(running), clock.At(began + Seconds(moment)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 9)]
    [InlineData(15, 115)]
    [InlineData(29, 129)]
    [InlineData(33, 233)]
    [InlineData(35, 235)]
    public void A_running_time_has_its_moment(int running, int moment)
    {
        var began = _time.GetUtcNow();
        var clock = Clock();
        _time.Advance(Seconds(65));

        Assert.Equal(began + Seconds(moment), clock.When(Seconds(running)));
    }

    private RunClock Clock()
    {
        var clock = new RunClock(_time);
        foreach (var running in new[] { 10, 20, 5 })
        {
            clock.Continue();
            _time.Advance(Seconds(running));
            clock.Stop();
            if (running > 5) _time.Advance(Seconds(100));
        }

        return clock;
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
