using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Names one attempt of a step.</summary>
public readonly record struct StepKey(string TaskId, string StepId, int Attempt)
{
    public static StepKey Of(RunStep input) => new(input.TaskId, input.StepId, input.Attempt);

    public static StepKey Of(StopStep input) => new(input.TaskId, input.StepId, input.Attempt);

    public static StepKey Of(FreezeStep input) => new(input.TaskId, input.StepId, input.Attempt);
}
