using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>When nobody could have kept a deadline: the host was down, an activity slow, the machine asleep, the storage out of reach.</summary>
internal sealed class Disturbances(SimulatedTime time)
{
    private readonly List<(TimeSpan From, TimeSpan To)> _all = [];

    /// <summary>From now on for so long.</summary>
    public void Add(TimeSpan duration) => _all.Add((time.Elapsed, time.Elapsed + duration));

    /// <summary>How much of an interval was disturbed; what overlaps counts twice.</summary>
    public TimeSpan Within(TimeSpan from, TimeSpan to)
    {
        var sum = TimeSpan.Zero;
        foreach (var (begin, end) in _all) sum += Overlap(begin, end);
        return sum;

        TimeSpan Overlap(TimeSpan begin, TimeSpan end)
        {
            var common = (end < to ? end : to) - (begin > from ? begin : from);
            return common > TimeSpan.Zero ? common : TimeSpan.Zero;
        }
    }
}
