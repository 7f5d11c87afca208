namespace DurableAgentTasks.Core.Tasks;

/// <summary>A timeline does not fit the task it is applied to: entries are missing, out of order or damaged.</summary>
public sealed class TimelineException(string message, Exception? innerException = null) : Exception(message, innerException);
