namespace DurableAgentTasks.Agents.Watching;

internal enum IdleFinding
{
    None,
    Warn,
    Expired,
}

/// <summary>
/// Idle is no output, less than 1 % of a core over the last minute, and no change in the workspace. Times are running times.
/// <list type="number">
/// <item>Output and CPU are known at each look.</item>
/// <item>Only when a time is up as far as those tell, the workspace is walked, a bounded number of entries at each look. Until the walk is
/// through, the run counts as active: in a tree of a million files a finding is some minutes late.</item>
/// <item>The walk ends early at a change so recent that half the time is left. Otherwise the latest change is the last activity, if it is
/// later than the others.</item>
/// <item>A time is up if it still is, counted to the beginning of the walk.</item>
/// </list>
/// </summary>
internal sealed class IdleRule(WatchLimits limits, Func<FolderWalk> walk, RunClock clock, int entriesPerLook) : IDisposable
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromSeconds(60);

    private readonly CpuWindow _cpu = new(new[] { LongestWindow, limits.IdleWarning, limits.Idle }.OfType<TimeSpan>().Min());
    private FolderWalk? _walk;
    private TimeSpan _walkBegan;
    private bool _warned;

    public TimeSpan LastActivity { get; private set; }

    public double CpuPercent => _cpu.Percent;

    public IdleFinding Look(TimeSpan now, TimeSpan? lastOutput, TimeSpan cpuTime)
    {
        // 1.
        if (lastOutput is { } output) SeeActivity(output);
        if (_cpu.Add(now, cpuTime)) SeeActivity(now);

        // 2.
        if (Due(now) is not { } allowed)
        {
            EndWalk();
            return IdleFinding.None;
        }

        if (_walk is null) (_walk, _walkBegan) = (walk(), now);
        var whole = _walk.Step(entriesPerLook);

        // 3.
        var changed = clock.At(_walk.Newest);
        var early = now - changed < allowed / 2;
        if (whole || early) SeeActivity(changed);
        if (!whole && !early) return IdleFinding.None;
        EndWalk();

        // 4.
        return Find(_walkBegan);
    }

    public void Dispose() => EndWalk();

    /// <summary>The shortest time that is up.</summary>
    private TimeSpan? Due(TimeSpan now)
    {
        var idle = now - LastActivity;
        if (limits.IdleWarning is { } warning && !_warned && idle >= warning && !(limits.Idle < warning)) return warning;
        return limits.Idle is { } most && idle >= most ? most : null;
    }

    private IdleFinding Find(TimeSpan now)
    {
        if (now - LastActivity >= limits.Idle) return IdleFinding.Expired;
        if (Due(now) is null) return IdleFinding.None;
        _warned = true;
        return IdleFinding.Warn;
    }

    private void SeeActivity(TimeSpan at)
    {
        if (at <= LastActivity) return;
        LastActivity = at;
        _warned = false;
    }

    private void EndWalk()
    {
        _walk?.Dispose();
        _walk = null;
    }
}
