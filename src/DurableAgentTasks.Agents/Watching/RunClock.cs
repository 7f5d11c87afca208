using System.Runtime.InteropServices;

namespace DurableAgentTasks.Agents.Watching;

/// <summary>
/// The running time of a run: it stands still while the run is frozen, and, being monotonic, also while the machine sleeps. To be used
/// from any thread.
/// </summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private readonly List<Freeze> _freezes = [];
    private TimeSpan _frozen;
    private TimeSpan? _frozenSince;

    /// <summary>Since the beginning.</summary>
    public TimeSpan Now
    {
        get
        {
            lock (_gate) return RunningTime();
        }
    }

    public bool IsFrozen
    {
        get
        {
            lock (_gate) return _frozenSince is not null;
        }
    }

    public void Stop()
    {
        lock (_gate) _frozenSince ??= Elapsed();
    }

    public void Continue()
    {
        lock (_gate)
        {
            if (_frozenSince is not { } since) return;
            var length = Elapsed() - since;
            _freezes.Add(new Freeze(RunningTime(), length));
            _frozen += length;
            _frozenSince = null;
        }
    }

    /// <summary>The running time at a moment of the past; below 0 before the beginning.</summary>
    public TimeSpan At(DateTimeOffset moment)
    {
        lock (_gate)
        {
            var running = RunningTime();
            var age = time.GetUtcNow() - moment - FrozenNow();
            foreach (var freeze in Enumerable.Reverse(_freezes))
            {
                // What happened during the freeze happened at its running time.
                var sinceFreeze = running - freeze.At;
                if (age <= sinceFreeze) break;
                age = age - freeze.Length > sinceFreeze ? age - freeze.Length : sinceFreeze;
            }

            return running - (age > TimeSpan.Zero ? age : TimeSpan.Zero);
        }
    }

    /// <summary>When the running time was <paramref name="running"/>.</summary>
    public DateTimeOffset When(TimeSpan running)
    {
        lock (_gate)
        {
            var frozenSince = _freezes.Where(freeze => freeze.At > running).Aggregate(TimeSpan.Zero, (sum, freeze) => sum + freeze.Length);
            return time.GetUtcNow() - (RunningTime() - running) - frozenSince - FrozenNow();
        }
    }

    private TimeSpan Elapsed() => time.GetElapsedTime(_began);

    private TimeSpan RunningTime() => (_frozenSince ?? Elapsed()) - _frozen;

    private TimeSpan FrozenNow() => _frozenSince is { } since ? Elapsed() - since : TimeSpan.Zero;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Freeze(TimeSpan At, TimeSpan Length);
}
