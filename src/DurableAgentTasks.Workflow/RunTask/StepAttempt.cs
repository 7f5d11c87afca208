using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>How one attempt of a step ended, and why it was asked to, if it was.</summary>
internal sealed record StepAttempt(StepOutcome Outcome, StopReason? Stop)
{
    public bool Succeeded => Outcome.Ending == StepEnding.Succeeded;

    public string Message => Outcome.Message ?? Outcome.Ending.ToString();

    /// <summary>What stands in the plan for the step if this was its last attempt.</summary>
    public WorkStatus StatusOf(StepOutline step) =>
        Succeeded ? WorkStatus.Completed
        : Stop is StopReason.Cancelled or StopReason.TaskTimeout ? WorkStatus.Cancelled
        : step.Critical ? WorkStatus.Failed
        : WorkStatus.Skipped;

    /// <summary>How long to wait before the next attempt; <see langword="null"/> if there is none.</summary>
    /// <param name="step">The step.</param>
    /// <param name="number">Of this attempt, from 1.</param>
    public TimeSpan? RetryDelay(StepOutline step, int number)
    {
        var retry = step.Retry;
        var again = retry is not null
            && Stop is null
            && Outcome is { Ending: StepEnding.Failed, ExitCode: { } code }
            && number < retry.MaxAttempts
            && (retry.OnExitCodes.Count == 0 || retry.OnExitCodes.Contains(code));
        return again ? TimeSpan.FromSeconds(Math.Pow(2, number - 1)) : null;
    }
}
