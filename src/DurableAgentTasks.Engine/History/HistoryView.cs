using System.Text;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.History;

/// <summary>History as its readers know it: with Durable Functions' names.</summary>
internal static class HistoryView
{
    public static IReadOnlyList<HistoryEntry> Of(IEnumerable<HistoryEvent> history) =>
    [
        .. history.Where(item => item.Kind != EventKind.Ended).SelectMany(item => item.Carried.Prepend(item)).Select(Of),
    ];

    private static HistoryEntry Of(HistoryEvent item) => new(
        item.Time, TypeOf(item), item.Name, item.Kind == EventKind.Started || item.Number < 0 ? null : item.Number,
        item.Payload is { } payload ? Encoding.UTF8.GetString(payload) : item.Text)
    {
        FireAt = item.Kind == EventKind.TimerCreated ? item.Moment : null,
    };

    private static string TypeOf(HistoryEvent item) => item.Kind switch
    {
        EventKind.Started => "ExecutionStarted",
        EventKind.TaskScheduled => "TaskScheduled",
        EventKind.TimerCreated => "TimerCreated",
        EventKind.TimerCancelled => "TimerCanceled",
        EventKind.TaskCompleted => "TaskCompleted",
        EventKind.TaskFailed => "TaskFailed",
        EventKind.TimerFired => "TimerFired",
        EventKind.EventRaised => "EventRaised",
        EventKind.Suspended => "ExecutionSuspended",
        EventKind.Resumed => "ExecutionResumed",
        EventKind.Terminated => "ExecutionTerminated",
        _ => "ExecutionCompleted",
    };
}
