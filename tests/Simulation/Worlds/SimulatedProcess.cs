using System.Runtime.InteropServices;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>The processes of one life of an attempt: they run until their time is over, or until they are stopped.</summary>
internal sealed class SimulatedProcess(SimulatedTime time, AttemptKey key, int life, Action<SimulatedProcess> changed)
{
    private readonly List<RunningInterval> _ran = [];
    private TimeSpan? _left;
    private TimeSpan _since;
    private Func<StepOutcome>? _ending;
    private Alarm? _end;
    private StepOutcome? _lost;

    public AttemptKey Key { get; } = key;

    /// <summary>The life of the host that began it.</summary>
    public int Life { get; } = life;

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    /// <summary>Whether its host has lost the lease: nothing that comes of it counts any more.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether it runs until it is stopped.</summary>
    public bool IsEndless => _left is null;

    /// <summary>How it ended by itself, or was stopped; <see langword="null"/> if it was cut off with its host.</summary>
    public StepOutcome? Outcome { get; private set; }

    /// <summary>When it ran, by the time that has elapsed; what is frozen does not run.</summary>
    public IReadOnlyList<RunningInterval> Ran => IsAlive && !IsFrozen ? [.. _ran, new(_since, time.Elapsed)] : _ran;

    /// <param name="runsFor">How long; <see langword="null"/> goes on until it is stopped.</param>
    /// <param name="ending">How it ends then.</param>
    public void Begin(TimeSpan? runsFor, Func<StepOutcome> ending)
    {
        (_left, _ending) = (runsFor, ending);
        Run();
    }

    public void Freeze()
    {
        if (!IsAlive || IsFrozen) return;
        Halt();
        IsFrozen = true;
    }

    public void Thaw()
    {
        if (!IsAlive || !IsFrozen) return;
        IsFrozen = false;
        Run();
    }

    /// <param name="outcome">What another host takes the attempt to have come to; <see langword="null"/>: it goes on there.</param>
    public void Lose(StepOutcome? outcome) => (IsLost, _lost) = (true, outcome);

    public void End(StepOutcome? outcome)
    {
        if (!IsAlive) return;
        if (!IsFrozen) Halt();
        IsAlive = false;
        Outcome = IsLost ? _lost : outcome;
        changed(this);
    }

    private void Run()
    {
        _since = time.Elapsed;
        if (_left is { } left) _end = time.After(left, () => End(_ending!()));
    }

    private void Halt()
    {
        _end?.Cancel();
        _ran.Add(new(_since, time.Elapsed));
        _left -= time.Elapsed - _since;
    }
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct AttemptKey(string Step, int Number)
{
    public override string ToString() => $"{Step}#{Number}";
}

[StructLayout(LayoutKind.Auto)]
internal readonly record struct RunningInterval(TimeSpan From, TimeSpan To);
