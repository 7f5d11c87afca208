using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>How an attempt of a step goes by itself.</summary>
/// <param name="RunsFor"><see langword="null"/>: until it is stopped.</param>
/// <param name="Ending">How it ends then.</param>
internal sealed record StepBehaviour(TimeSpan? RunsFor, Func<StepOutcome> Ending)
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(15);

    /// <summary>From when on nothing goes wrong any more.</summary>
    public static StepBehaviour Calm(Dice dice) => new(dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), () => Exited(0));

    public static StepBehaviour Any(Dice dice, SimulatedTime time) => dice.Next(100) switch
    {
        < 50 => new(Duration(dice), () => Exited(0)),
        < 58 => new(Duration(dice), () => Exited(dice.Between(1, 3))),
        < 75 => Failing(dice, dice.Pick(Enum.GetValues<FailureClass>()), time),
        < 82 => Failing(dice, FailureClass.Critical, time),
        < 85 => Failing(dice, FailureClass.Quota, time),
        < 92 => new(Duration(dice) + IdleLimit, () => Stopped(StopReason.Idle, "Idle for 15 min.")),
        < 95 => new(Duration(dice), () => Stopped(StopReason.Budget, "The budget is spent.")),
        < 97 => new(Duration(dice), () => Stopped(StopReason.Emergency, "Everything was stopped.")),
        < 99 => new(null, () => Exited(0)),
        _ => new(Duration(dice), () => new StepOutcome(StepEnding.Stopped, null, "It was ended, and nobody says why.")),
    };

    public static StepOutcome Stopped(StopReason reason, string message) => new(StepEnding.Stopped, null, message) { Stop = reason };

    public static StepOutcome Crashed => new(StepEnding.Failed, null, "The machine went down.") { Failure = new StepFailure(FailureClass.Crash, "The machine went down.", ResetsAt: null) };

    public static StepOutcome Exited(int code) => new(code == 0 ? StepEnding.Succeeded : StepEnding.Failed, code, $"It exited with {code}.");

    private static StepBehaviour Failing(Dice dice, FailureClass @class, SimulatedTime time)
    {
        TimeSpan? reset = dice.Chance(0.7) ? dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(3)) : null;
        var evidence = $"It said: {@class}.";
        return new(Duration(dice), () => new StepOutcome(StepEnding.Failed, 1, evidence)
        {
            Failure = new StepFailure(@class, evidence, @class == FailureClass.Quota ? time.Now + reset : null),
        });
    }

    private static TimeSpan Duration(Dice dice) => dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(3));
}
