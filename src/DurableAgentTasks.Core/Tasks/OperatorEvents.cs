namespace DurableAgentTasks.Core.Tasks;

/// <summary>The external events operators raise on <c>RunTask</c>; raising them natively has the same effect as our endpoints.</summary>
public static class OperatorEvents
{
    public const string Cancel = "cancel";
    public const string Pause = "pause";
    public const string Resume = "resume";
}

/// <param name="By">Who, as the credential names them; <see langword="null"/> if the event was raised natively.</param>
/// <param name="Reason">Why, in their words.</param>
public sealed record OperatorCommand(string? By, string? Reason);
