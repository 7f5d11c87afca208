using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>Steps that wait for an operator, as a task's record tells of them.</summary>
public static class Approvals
{
    private const string Waits = "approval";

    /// <summary>The step that waits for an operator; <see langword="null"/> if none does.</summary>
    public static Step? WaitingStep(TaskRecord task) =>
        task is { State: TaskState.Paused, Detail: Waits } ? task.Plan?.Steps.FirstOrDefault(step => !IsOver(task, step)) : null;

    // A step that failed is never passed over: records of earlier versions keep it as failed while it waits again.
    private static bool IsOver(TaskRecord task, Step step) =>
        task.Steps.Find(run => run.Id == step.Id) is { Status: WorkStatus.Completed or WorkStatus.Skipped };
}
