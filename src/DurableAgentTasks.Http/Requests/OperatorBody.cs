using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Requests;

/// <summary>What an operator sends along.</summary>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record OperatorBody(string? Reason);

/// <summary>What an operator sends along with a pause.</summary>
/// <param name="Mode">What becomes of the attempt that runs; <c>stop</c> unless said.</param>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record PauseBody(PauseMode? Mode, string? Reason);
