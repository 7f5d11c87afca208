namespace DurableAgentTasks.Core.Tasks;

/// <summary>What came of a task.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Summary">In a sentence or more.</param>
public sealed record TaskResult(TaskOutcome Outcome, string? Summary);

public enum TaskOutcome
{
    Success,

    /// <summary>Some of it was done: a limit was reached, or steps were skipped.</summary>
    Partial,

    Failed,
    Cancelled,
}

/// <summary>Why a task failed.</summary>
/// <param name="Code">For programs, such as <c>step_failed</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="StepId">The step it failed at, if it was one.</param>
public sealed record TaskError(string Code, string Message, string? StepId);
