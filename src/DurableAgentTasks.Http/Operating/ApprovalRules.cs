using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Problems;

namespace DurableAgentTasks.Http.Operating;

/// <summary>A step that waits for an operator is judged once; saying the same of it again is accepted, and said of no other step.</summary>
internal static class ApprovalRules
{
    public static Ruling Judge(OperatorVerb verb, TaskRecord task, OperatorCommand command)
    {
        var named = command.StepId is { } id ? task.Plan?.Steps.FirstOrDefault(step => step.Id == id) : null;
        if (command.StepId is not null && named is null) return Ruling.Refuse(OperatorField.StepId, "there is no such step in the plan of this task: leave it out to mean the one that waits.");

        // It is named to the orchestration: what is sent again must not be taken for the next one.
        var waiting = Approvals.WaitingStep(task);
        if (waiting is not null && (named is null || named.Id == waiting.Id)) return Ruling.Do(command with { StepId = waiting.Id });
        if ((named ?? LastJudged(task)) is { } step && IsInEffect(verb, task, step)) return Ruling.InEffect;
        return waiting is not null
            ? Ruling.Refuse(Refusal.OtherStepWaits(task.Id, task.State, waiting.Id))
            : Ruling.Refuse(Refusal.WrongState(task.Id, task.State, $"{verb.Done}: no step of it waits for that"));
    }

    private static bool IsInEffect(OperatorVerb verb, TaskRecord task, Step step)
    {
        if (step.Approval is null) return false;
        var run = task.Steps.Find(run => run.Id == step.Id);
        return verb == OperatorVerb.Approve
            ? run is { Attempts: > 0 }
            : run is { Attempts: 0, Status: WorkStatus.Skipped or WorkStatus.Failed };
    }

    /// <summary>The step an operator had to judge last.</summary>
    private static Step? LastJudged(TaskRecord task) =>
        task.Plan?.Steps.LastOrDefault(step => step.Approval is not null && task.Steps.Exists(run => run.Id == step.Id));
}
