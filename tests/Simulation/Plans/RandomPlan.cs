using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Plans;

internal static class RandomPlan
{
    public static Plan Of(Dice dice)
    {
        var phases = dice.Between(1, 3);
        return new Plan([.. Enumerable.Range(1, phases).Select(phase => new Phase(phase, $"Phase {phase}", Steps(dice, phase)))]);
    }

    private static Step[] Steps(Dice dice, int phase) =>
        [.. Enumerable.Range(1, dice.Between(1, 3)).Select(number => Step(dice, $"{phase}.{number}"))];

    private static Step Step(Dice dice, string id) => new()
    {
        Id = id,
        Title = $"Step {id}",
        Kind = dice.Pick(Enum.GetValues<StepKind>()),
        Command = "true",
        Timeout = dice.Chance(0.2) ? null : dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(2)),
        Critical = dice.Chance(0.75),
        Risky = dice.Chance(0.15),
        Milestone = dice.Chance(0.15),
        Approval = dice.Chance(0.15)
            ? new StepApproval(dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(4)), dice.Pick(Enum.GetValues<ApprovalDefault>()))
            : null,
        Retry = dice.Chance(0.3) ? new StepRetry(dice.Between(1, 4), dice.Chance(0.5) ? [] : [1]) : null,
    };
}
