namespace DurableAgentTasks.Workspaces.Git;

/// <summary>git could not be run, or failed where it must not; the message holds what it said.</summary>
public sealed class GitException(string message, Exception? innerException = null) : IOException(message, innerException);
