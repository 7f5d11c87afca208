using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Requests;

/// <summary>What an operator sends along.</summary>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record OperatorBody(string? Reason);

/// <summary>What an operator sends along with a pause.</summary>
/// <param name="Mode">What becomes of the attempt that runs; <c>stop</c> unless said.</param>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record PauseBody(PauseMode? Mode, string? Reason);

/// <summary>What an operator sends along with a resumption.</summary>
/// <param name="CheckpointId">The checkpoint that is restored first; without it the task goes on with the tree as it is.</param>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record ResumeBody(string? CheckpointId, string? Reason);

/// <summary>What an operator sends along with an extension.</summary>
/// <param name="Duration">By how much, more than zero.</param>
/// <param name="Scope">Whose time; the task's unless said.</param>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record ExtendBody(TimeSpan Duration, ExtensionScope? Scope, string? Reason);

/// <summary>What an operator sends along with an approval or a rejection.</summary>
/// <param name="StepId">Which step; the one that waits unless said.</param>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record JudgementBody(string? StepId, string? Reason);
