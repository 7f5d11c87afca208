using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Http.Operating;

/// <summary>Only what has a limit can be extended, and only up to the operator's maximum. What was granted before is as the orchestration told it.</summary>
internal static class ExtensionRules
{
    public static Ruling Judge(TaskRecord task, EffectiveTimeouts timeouts, OperatorCommand command)
    {
        var ofPhase = command.Scope == ExtensionScope.Phase;
        var (limit, rule, whose) = ofPhase
            ? (task.Deadlines?.PhaseLimit ?? timeouts.Phase, timeouts.Options.Phase, "phase")
            : (task.Deadlines?.TaskLimit ?? timeouts.Task, timeouts.Options.Task, "task");
        if (limit is not { } time) return Ruling.Refuse(OperatorField.Scope, $"the {whose} has no limit of time: there is nothing to extend.");
        var max = rule.Max ?? TimeoutRule.Longest;
        if (time + command.Duration <= max) return Ruling.Do(command);
        var left = max - time;
        var range = left > TimeSpan.Zero ? $"must be more than PT0S and at most {Duration.Format(left)}" : "cannot be given";
        return Ruling.Refuse(
            OperatorField.Duration,
            $"{range}: the {whose} has {Duration.Format(time)} in all, and the operator allows {Duration.Format(max)} (Timeouts:{(ofPhase ? "Phase" : "Task")}:Max).");
    }
}
