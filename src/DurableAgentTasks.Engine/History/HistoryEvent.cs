using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.History;

/// <summary>What can stand in an instance's history. The numbers are on disks: never change or reuse one.</summary>
internal enum EventKind : byte
{
    /// <summary>A generation begins. Name: the orchestration; Text: the instance id; Payload: the input.</summary>
    Started = 1,

    // Decisions: what the orchestration asked for. Recorded so that a replay can be held against them.
    TaskScheduled = 2,
    TimerCreated = 3,
    TimerCancelled = 4,

    // What came in from outside; nothing acts on it before it is on the disk.
    TaskCompleted = 5,
    TaskFailed = 6,
    TimerFired = 7,
    EventRaised = 8,
    Suspended = 9,
    Resumed = 10,
    Terminated = 11,

    /// <summary>The last word. Payload: the output; Text: the failure; CustomStatus as it stood.</summary>
    Completed = 12,

    /// <summary>What an index needs to know of an instance that has ended; closes its stream.</summary>
    Ended = 13,
}

/// <summary>One record of an instance's history. Which of the fields are set depends on <see cref="Kind"/>.</summary>
internal sealed class HistoryEvent
{
    public required EventKind Kind { get; init; }

    /// <summary>When it was recorded; of what came in, also what the durable clock shows while it is handled.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Which decision of the generation it is or answers, from 0; -1 for neither. Of <see cref="EventKind.Started"/>: the generation.</summary>
    public int Number { get; init; } = -1;

    /// <summary>Of a decision: in which turn of the generation it was made, from 1.</summary>
    public int Turn { get; init; }

    public string? Name { get; init; }

    public string? Text { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    public byte[]? Payload { get; init; }

    public byte[]? CustomStatus { get; init; }

    /// <summary>Of a timer: when it is due. Of <see cref="EventKind.Started"/> and <see cref="EventKind.Ended"/>: when the instance was created.</summary>
    public DateTimeOffset Moment { get; init; }

    public RuntimeStatus Status { get; init; }

    /// <summary>Of <see cref="EventKind.Started"/>: what came in during the generation before and was not handled there.</summary>
    public IReadOnlyList<HistoryEvent> Carried { get; init; } = [];

    public bool IsDecision => Kind is EventKind.TaskScheduled or EventKind.TimerCreated or EventKind.TimerCancelled;

    /// <summary>For messages to people.</summary>
    public string Describe() => Kind switch
    {
        EventKind.TaskScheduled => $"activity '{Name}' (#{Number}, turn {Turn})",
        EventKind.TimerCreated => $"a timer (#{Number}, turn {Turn})",
        EventKind.TimerCancelled => $"the cancellation of timer #{Number} (turn {Turn})",
        EventKind.TaskCompleted or EventKind.TaskFailed => $"the result of activity #{Number}",
        EventKind.TimerFired => $"the firing of timer #{Number}",
        _ => Kind.ToString(),
    };
}
