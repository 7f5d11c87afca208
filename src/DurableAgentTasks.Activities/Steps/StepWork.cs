using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What there is to do for an attempt, or why it cannot be done on this host.</summary>
internal abstract record StepWork
{
    private StepWork()
    {
    }

    public sealed record Ready(StepProgram Program, SecretMask Mask) : StepWork;

    public sealed record Refused(StepOutcome Outcome) : StepWork;
}
