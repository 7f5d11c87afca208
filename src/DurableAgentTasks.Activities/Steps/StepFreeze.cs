using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>For whose sake an attempt stands still.</summary>
[Flags]
internal enum FreezeCause
{
    None = 0,

    /// <summary>The activity <c>FreezeStep</c>.</summary>
    Asked = 1,

    /// <summary>The engine's own instance is suspended.</summary>
    Suspended = 2,
}

/// <summary>Lets the processes of one attempt stand still for as long as there is a cause, and with them the time that is counted for them.</summary>
internal sealed class StepFreeze
{
    private readonly Lock _gate = new();
    private FreezeCause _causes;
    private SupervisedProcess? _process;
    private RunWatch? _watch;

    public bool IsFrozen
    {
        get
        {
            lock (_gate) return _causes != FreezeCause.None;
        }
    }

    /// <summary>Whether it ever stood still because the instance was suspended.</summary>
    public bool WasSuspended { get; private set; }

    /// <summary>Adds a cause or takes it away; again and again is harmless.</summary>
    /// <returns>Whether that met processes that run.</returns>
    public bool Set(FreezeCause cause, bool frozen)
    {
        lock (_gate)
        {
            var before = _causes;
            WasSuspended |= frozen && cause == FreezeCause.Suspended;
            _causes = frozen ? before | cause : before & ~cause;
            return _process is { Completion.IsCompleted: false } && (_causes != FreezeCause.None) switch
            {
                true => Freeze(),
                false when before != FreezeCause.None => Thaw(),
                false => true,
            };
        }
    }

    /// <summary>From now on it is this program that is meant. One that was adopted may stand still already.</summary>
    public void Begins(SupervisedProcess process, RunWatch watch)
    {
        lock (_gate)
        {
            (_process, _watch) = (process, watch);
            if (_causes != FreezeCause.None) Freeze();
        }
    }

    private bool Freeze()
    {
        // It has no such signal.
        if (OperatingSystem.IsWindows()) return false;
        _process!.Freeze();
        _watch!.Frozen();
        return true;
    }

    private bool Thaw()
    {
        _process!.Thaw();
        _watch!.Thawed();
        return true;
    }
}
