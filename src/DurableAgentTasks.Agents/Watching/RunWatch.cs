using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Watching;

/// <summary>
/// Watches one run from its start, or its adoption, to the first reason to stop it. It only tells; whoever asked decides. A look is:
/// <list type="number">
/// <item>a sample of the tree;</item>
/// <item>has the first event come in time;</item>
/// <item>does the tree use more than it may;</item>
/// <item>does it idle.</item>
/// </list>
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "What is disposable exists only while RunAsync runs, which disposes it.")]
public sealed class RunWatch
{
    /// <summary>Some 30 ms of work, once for each look.</summary>
    internal const int EntriesPerLook = 20_000;

    // File servers have clocks of their own.
    private static readonly TimeSpan LargestSkew = TimeSpan.FromMinutes(1);

    private readonly WatchLimits _limits;
    private readonly Func<TreeUsage> _sample;
    private readonly RunClock _clock;
    private readonly IdleRule _idle;
    private readonly DiskMeter _disk;
    private readonly TimeProvider _time;
    private long _lastOutput = -1;
    private volatile bool _firstEventSeen;
    private volatile WatchReading _latest;

    /// <param name="process">The run.</param>
    /// <param name="workspace">The folder it works in.</param>
    /// <param name="limits">What it may do.</param>
    /// <param name="time">For all of them.</param>
    public RunWatch(SupervisedProcess process, string workspace, WatchLimits limits, TimeProvider time)
        : this(process.Sample, workspace, process.Folder.Path, limits, time)
    {
    }

    internal RunWatch(Func<TreeUsage> sample, string workspace, string runFolder, WatchLimits limits, TimeProvider time, int entriesPerLook = EntriesPerLook)
    {
        (_sample, _limits, _time, _clock) = (sample, limits, time, new RunClock(time));
        _idle = new IdleRule(limits, () => new FolderWalk(workspace, time.GetUtcNow() + LargestSkew), _clock, entriesPerLook);
        _disk = new DiskMeter([workspace, runFolder], limits.DiskEvery, entriesPerLook);
        _latest = new WatchReading { At = time.GetUtcNow(), Usage = new TreeUsage(TimeSpan.Zero, 0, 0), CpuPercent = 0, LastActivityAt = time.GetUtcNow() };
    }

    /// <summary>As of the last sample, but for <see cref="WatchReading.LastOutputAt"/>, which is of now.</summary>
    public WatchReading Latest
    {
        get
        {
            var latest = _latest;
            if (LastOutput is not { } output) return latest;
            var at = _clock.When(output);
            return latest with { LastOutputAt = at, LastActivityAt = at > latest.LastActivityAt ? at : latest.LastActivityAt };
        }
    }

    private TimeSpan? LastOutput => Interlocked.Read(ref _lastOutput) is >= 0 and var ticks ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>The run has begun to speak; its start-up is over. Of an adopted run that has spoken before, to be said at once.</summary>
    public void FirstEventSeen() => _firstEventSeen = true;

    /// <summary>The run has written something. Cheap enough for each chunk.</summary>
    public void OutputSeen() => Interlocked.Exchange(ref _lastOutput, _clock.Now.Ticks);

    /// <summary>The run was frozen: until <see cref="Thawed"/> no time passes for it. Again and again is harmless.</summary>
    public void Frozen() => _clock.Stop();

    /// <summary>The run goes on. Again and again is harmless.</summary>
    public void Thawed() => _clock.Continue();

    /// <summary>Looks until there is a verdict. To be called once.</summary>
    /// <param name="warn">Told of an idle period, once; the watch waits for it.</param>
    /// <param name="runEnded">Ends the watch, such as <see cref="SupervisedProcess.Completion"/>.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns><see langword="null"/> if the run ended before there was a reason to stop it.</returns>
    public async Task<WatchVerdict?> RunAsync(Func<IdleWarning, CancellationToken, ValueTask> warn, Task runEnded, CancellationToken cancellationToken)
    {
        using var idle = _idle;
        using var disk = _disk;
        while (!runEnded.IsCompleted)
        {
            if (!_clock.IsFrozen)
            {
                var (verdict, warning) = Look();
                if (verdict is not null) return verdict;
                if (warning is not null) await warn(warning, cancellationToken);
            }

            await Task.WhenAny(Task.Delay(Pause(), _time, cancellationToken), runEnded);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return null;
    }

    internal (WatchVerdict? Verdict, IdleWarning? Warning) Look()
    {
        // 1.
        var now = _clock.Now;
        var usage = _sample();
        if (_limits.DiskBytes is not null) _disk.Look(now);
        var finding = _idle.Look(now, LastOutput, usage.CpuTime);
        var since = _clock.When(_idle.LastActivity);
        _latest = new WatchReading { At = _time.GetUtcNow(), Usage = usage, CpuPercent = _idle.CpuPercent, LastActivityAt = since, DiskBytes = _disk.Bytes };

        // 2.
        if (!_firstEventSeen && now >= _limits.StartUp) return (new WatchVerdict.StartUpExpired(_limits.StartUp.Value), null);

        // 3.
        if (PassedLimit(usage) is { } passed) return (passed, null);

        // 4.
        return finding switch
        {
            IdleFinding.Expired => (new WatchVerdict.Idle(since), null),
            IdleFinding.Warn => (null, new IdleWarning(since, _limits.Idle)),
            _ => (null, null),
        };
    }

    private WatchVerdict.LimitPassed? PassedLimit(TreeUsage usage) =>
        Check("cpuTime", usage.CpuTime.TotalSeconds, _limits.CpuTime?.TotalSeconds)
        ?? Check("memoryBytes", usage.ResidentBytes, _limits.MemoryBytes)
        ?? Check("processes", usage.Processes, _limits.Processes)
        ?? Check("diskBytes", _disk.Bytes ?? 0, _limits.DiskBytes);

    private static WatchVerdict.LimitPassed? Check(string limit, double used, double? allowed) =>
        used > allowed ? new WatchVerdict.LimitPassed(limit, used, allowed.Value) : null;

    /// <summary>Until the next sample, or the end of the start-up if that comes first.</summary>
    private TimeSpan Pause()
    {
        var startUp = _firstEventSeen ? null : _limits.StartUp - _clock.Now;
        return startUp > TimeSpan.Zero && startUp < _limits.SampleEvery ? startUp.Value : _limits.SampleEvery;
    }
}
