using System.Runtime.InteropServices;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>When the engine really kept the task from running, as it is seen from outside, whatever the task's own timeline says.</summary>
internal sealed class SuspendedTimes(World world)
{
    private readonly List<RunningInterval> _all = [];
    private TimeSpan? _since;
    private TimeSpan? _down;

    /// <summary>To be called before time passes, when nobody does anything: what a host recorded as it died is found by its next life.</summary>
    public void Look()
    {
        if (world.Host.Client is not { } client)
        {
            _down ??= world.Time.Elapsed;
            return;
        }

        var now = _down ?? world.Time.Elapsed;
        var isSuspended = client.GetAsync(World.TaskId, payloads: false, default).Result is { Status: RuntimeStatus.Suspended };
        if (isSuspended) _since ??= now;
        else if (_since is { } since)
        {
            _all.Add(new(since, now));
            _since = null;
        }

        _down = null;
    }

    public SuspendedTime Within(TimeSpan from, TimeSpan to)
    {
        var sum = new SuspendedTime(TimeSpan.Zero, 0);
        foreach (var (begin, end) in _since is { } since ? [.. _all, new(since, world.Time.Elapsed)] : _all)
        {
            var common = (end < to ? end : to) - (begin > from ? begin : from);
            if (common > TimeSpan.Zero) sum += new SuspendedTime(common, 1);
        }

        return sum;
    }
}

/// <param name="Sum">How long it was.</param>
/// <param name="Parts">In how many parts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SuspendedTime(TimeSpan Sum, int Parts)
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMinutes(1);

    /// <summary>How much of it need not be known: whoever wakes not a minute too late, and then rests, does not ask why.</summary>
    public TimeSpan MayBeMissing => Parts * (Unnoticed + TimeSpan.FromSeconds(1));

    public static SuspendedTime operator +(SuspendedTime one, SuspendedTime other) => new(one.Sum + other.Sum, one.Parts + other.Parts);
}
