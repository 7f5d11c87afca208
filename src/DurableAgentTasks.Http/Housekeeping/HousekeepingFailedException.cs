namespace DurableAgentTasks.Http.Housekeeping;

/// <summary>Some of it could not be done, each for a reason of its own, which was logged; the rest was. It is tried again at the next run.</summary>
public sealed class HousekeepingFailedException(string message, IEnumerable<Exception> failures) : AggregateException(message, failures);
