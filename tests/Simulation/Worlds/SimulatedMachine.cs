using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>The machine that steps run on, with their run folders. What runs on it outlives its host, unless the machine goes down too.</summary>
internal sealed class SimulatedMachine(World world)
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(6);
    private readonly Dictionary<AttemptKey, SimulatedAttempt> _attempts = [];
    private readonly Dice _dice = world.Dice.Fork();

    /// <summary>By step: what its agent reported last.</summary>
    public Dictionary<string, AgentSession> Sessions { get; } = [];

    /// <summary>All there ever were.</summary>
    public List<SimulatedProcess> Processes { get; } = [];

    /// <summary>The attempts that were stopped for their time, and when they were first told.</summary>
    public List<(AttemptKey Key, TimeSpan At)> TimedOut { get; } = [];

    public IEnumerable<SimulatedProcess> Alive => Processes.Where(process => process.IsAlive);

    public SimulatedAttempt AttemptOf(AttemptKey key) =>
        _attempts.TryGetValue(key, out var attempt) ? attempt : _attempts[key] = new SimulatedAttempt(key);

    /// <summary>Begins the attempt, or another life of it.</summary>
    public void Begin(SimulatedAttempt attempt, StepKind kind)
    {
        attempt.HasMoved = attempt.Process is { IsLost: true };
        if (attempt.HasMoved) world.Coverage.Count("lease: taken by another host");
        var process = new SimulatedProcess(world.Time, attempt.Key, world.Host.Life, Ended);
        world.Rules.Starts(process);
        world.Trace?.Add($"* {attempt.Key} begins{(attempt.Process is null ? "" : " again")}");
        world.Coverage.Count(attempt.Process is null ? "process: begun" : "process: begun again");
        attempt.Process = process;
        attempt.Kind = kind;
        Processes.Add(process);
        if (kind == StepKind.Agent) Sessions[attempt.Key.Step] = new AgentSession($"session of {attempt.Key.Step}", null) { HasWorked = true };
        var behaviour = world.IsCalm ? StepBehaviour.Calm(_dice) : StepBehaviour.Any(_dice, world.Time);
        process.Begin(behaviour.RunsFor, behaviour.Ending);
    }

    /// <summary>Asks an attempt to stop: what runs is gone some seconds later.</summary>
    public bool Stop(StopStep asked)
    {
        var attempt = AttemptOf(new AttemptKey(asked.StepId, asked.Attempt));
        if (attempt.Stop is null && asked.Reason == StopReason.StepTimeout) TimedOut.Add((attempt.Key, world.Time.Elapsed));
        attempt.Stop ??= asked.Reason;
        if (attempt.Process is not { IsAlive: true, IsLost: false } process)
        {
            world.Host.WakeAll(); // Whoever is about to begin it.
            return false;
        }

        var takes = _dice.Chance(0.5) ? TimeSpan.Zero : _dice.Between(TimeSpan.FromMilliseconds(1), LongestStop);
        world.Time.After(takes, () => process.End(StepBehaviour.Stopped(asked.Reason, $"Stopped: {asked.Reason}.")));
        return true;
    }

    public bool Freeze(FreezeStep asked)
    {
        var attempt = AttemptOf(new AttemptKey(asked.StepId, asked.Attempt));
        (attempt.IsFrozen, attempt.WasThawed) = (asked.Frozen, !asked.Frozen);
        if (attempt.Process is not { IsAlive: true, IsLost: false } process)
        {
            world.Host.WakeAll();
            return false;
        }

        if (asked.Frozen) process.Freeze();
        else process.Thaw();
        world.Trace?.Add($"* {attempt.Key} {(asked.Frozen ? "freezes" : "thaws")}");
        return true;
    }

    /// <summary>What would run for ever is idle from now on.</summary>
    public void CalmDown()
    {
        foreach (var process in Alive.Where(process => process.IsEndless).ToList())
            world.Time.After(TimeSpan.FromMinutes(15), () => process.End(StepBehaviour.Stopped(StopReason.Idle, "Idle for 15 min.")));
    }

    /// <summary>All that runs is cut off.</summary>
    /// <param name="outcome">What the attempts have come to; <see langword="null"/>: they go on in the next life of the host.</param>
    public void CutOff(StepOutcome? outcome = null)
    {
        foreach (var process in Alive.ToList()) process.End(outcome);
    }

    /// <summary>What was recorded as over is never asked for again. Attempts after it are: the record may come late.</summary>
    public void Remove(string stepId, int through)
    {
        foreach (var key in _attempts.Keys.Where(key => key.Step == stepId && key.Number <= through).ToList()) _attempts.Remove(key);
    }

    private void Ended(SimulatedProcess process)
    {
        world.Trace?.Add($"* {process.Key} ends: {(process.Outcome is { } outcome ? $"{outcome.Ending} {outcome.Stop} {outcome.Failure?.Class} {outcome.ExitCode}" : "cut off")}");
        world.Host.WakeAll();
    }
}

/// <summary>What is known of an attempt, also by later lives of the host.</summary>
internal sealed class SimulatedAttempt(AttemptKey key)
{
    public AttemptKey Key { get; } = key;

    public StepKind Kind { get; set; }

    /// <summary>The last one.</summary>
    public SimulatedProcess? Process { get; set; }

    /// <summary>It could not be started: a second call of it is told the same.</summary>
    public StepOutcome? NotStarted { get; set; }

    /// <summary>It was asked to stop for this.</summary>
    public StopReason? Stop { get; set; }

    public bool IsFrozen { get; set; }

    /// <summary>It was told last to go on.</summary>
    public bool WasThawed { get; set; }

    /// <summary>Whether it was told that it went on in another life of the host.</summary>
    public int ToldLife { get; set; }

    /// <summary>It was begun again on another host, which is to be told.</summary>
    public bool HasMoved { get; set; }
}
