using DurableAgentTasks.Simulation.Plans;
using DurableAgentTasks.Simulation.Rules;
using DurableAgentTasks.Simulation.Runs;
using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>All there is in one simulation: a task, its host and storage, those who lead it, and time.</summary>
internal sealed class World
{
    public const string TaskId = "task";

    public World(int seed, Coverage coverage, List<string>? trace)
    {
        (Coverage, Trace) = (coverage, trace is null ? null : new Trace(trace, Time));
        Dice = new Dice(seed);
        Task = new RandomTask(Dice.Fork(), coverage);
        Disturbances = new Disturbances(Time);
        Suspended = new SuspendedTimes(this);
        Lease = new SimulatedLease(Time);
        Queue = new SimulatedQueue(Time);
        Store = new SimulatedStore(this);
        Checkpoints = new SimulatedCheckpoints(this);
        Machine = new SimulatedMachine(this);
        Host = new SimulatedHost(this);
        Operators = new Operators(this);
        Rules = new RuleBook(this);
    }

    /// <summary>What the orchestration does wrong; <see langword="null"/> if nothing that is known.</summary>
    public Mistake? Mistake { get; init; }

    public Dice Dice { get; }

    public SimulatedTime Time { get; } = new();

    public RandomTask Task { get; }

    public Disturbances Disturbances { get; }

    public SuspendedTimes Suspended { get; }

    public SimulatedLease Lease { get; }

    public SimulatedQueue Queue { get; }

    public SimulatedStore Store { get; }

    public SimulatedCheckpoints Checkpoints { get; }

    public SimulatedMachine Machine { get; }

    public SimulatedHost Host { get; }

    public Operators Operators { get; }

    public RuleBook Rules { get; }

    public Coverage Coverage { get; }

    public Trace? Trace { get; }

    /// <summary>From now on nothing goes wrong any more, and the task must come to its end.</summary>
    public bool IsCalm { get; set; }

    public bool IsOver { get; set; }

    /// <summary>An activity has failed as none should.</summary>
    public bool HasBroken
    {
        get;
        set
        {
            field = value;
            WasLost |= value;
        }
    }

    /// <summary>For a while nobody led the task, so that nobody kept its deadlines.</summary>
    public bool WasLost { get; private set; }

    /// <summary>The clock on the wall was set: times of the timeline do not tell how much time has passed.</summary>
    public bool ClockWasSet { get; set; }

    /// <summary>The instance was terminated: nobody leads the task any more.</summary>
    public bool WasTerminated
    {
        get;
        set
        {
            field = value;
            WasLost |= value;
        }
    }

    /// <summary>Rises with everything that is done.</summary>
    public long Turn { get; set; }

    /// <summary>The first rule that was broken.</summary>
    public string? Violation { get; private set; }

    public void Fail(string violation)
    {
        Trace?.Add($"! {violation}");
        Violation ??= violation;
    }

    /// <summary>How much of an interval there was in which nobody could have done anything.</summary>
    public TimeSpan Idle(TimeSpan from, TimeSpan to) => Disturbances.Within(from, to) + Suspended.Within(from, to).Sum;

    public bool MayGoWrong(double probability) => !IsCalm && Dice.Chance(probability);
}
