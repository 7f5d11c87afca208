using DurableAgentTasks.Core.Tasks;
using DurableTask.Core.History;

namespace DurableAgentTasks.Functions.Durable;

/// <summary>Durable Functions' history as the port's.</summary>
internal static class HistoryEntries
{
    public static HistoryEntry Of(HistoryEvent item)
    {
        var (name, number, payload) = Read(item);
        return new HistoryEntry(Utc(item.Timestamp), item.EventType.ToString(), name, number, payload)
        {
            FireAt = item is TimerCreatedEvent timer ? Utc(timer.FireAt) : null,
        };
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static (string? Name, int? Number, string? Payload) Read(HistoryEvent item) => item switch
    {
        ExecutionStartedEvent started => (started.Name, null, started.Input),
        TaskScheduledEvent scheduled => (scheduled.Name, scheduled.EventId, scheduled.Input),
        TaskCompletedEvent completed => (null, completed.TaskScheduledId, completed.Result),
        TaskFailedEvent failed => (failed.FailureDetails?.ErrorType, failed.TaskScheduledId, failed.FailureDetails?.ErrorMessage ?? failed.Reason),
        TimerCreatedEvent created => (null, created.EventId, null),
        TimerFiredEvent fired => (null, fired.TimerId, null),
        EventRaisedEvent raised => (raised.Name, null, raised.Input),
        ExecutionSuspendedEvent suspended => (null, null, suspended.Reason),
        ExecutionResumedEvent resumed => (null, null, resumed.Reason),
        ExecutionTerminatedEvent terminated => (null, null, terminated.Input),
        ExecutionCompletedEvent ended => (null, null, ended.Result),
        _ => (null, null, null),
    };
}
