namespace DurableAgentTasks.Http.Emergency;

/// <summary>What the event <c>pause</c> says in an emergency.</summary>
/// <param name="Mode">How: <c>stop</c>, now.</param>
/// <param name="By">Who wants it.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="Detail">Of the state that follows: <c>emergency</c>, from which only an operator resumes.</param>
internal sealed record EmergencyPause(string Mode, string? By, string? Reason, string Detail);
