namespace DurableAgentTasks.Hosting;

/// <summary>The host cannot start like this; the message says what to do.</summary>
public sealed class StartRefusedException(string message) : Exception(message);
