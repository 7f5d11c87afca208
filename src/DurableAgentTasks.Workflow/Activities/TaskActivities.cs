using System.Text.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.Activities;

/// <summary>The activities of <c>RunTask</c>. Each may run more than once with the same input and must then do no harm.</summary>
public static class TaskActivities
{
    public static readonly Activity<PrepareTask, PreparedTask> Prepare = new("PrepareTask");

    public static readonly Activity<RecordTimeline, bool> Record = new("RecordTimeline");

    public static readonly Activity<RunStep, StepOutcome> RunStep = new("RunStep");

    public static readonly Activity<StopStep, bool> StopStep = new("StopStep");
}

/// <summary>Validates the start and makes the stored record of the task.</summary>
/// <param name="TaskId">The instance id.</param>
/// <param name="Body">The body of the start, as it came.</param>
/// <param name="CreatedAt">The durable clock at the start.</param>
public sealed record PrepareTask(string TaskId, JsonElement Body, DateTimeOffset CreatedAt);

/// <summary>Either an outline to go by, or what is wrong with the start.</summary>
public sealed record PreparedTask(TaskOutline? Outline, IReadOnlyList<RequestError> Errors);

/// <summary>Stores entries of the timeline and brings the stored record of the task up to them.</summary>
public sealed record RecordTimeline(string TaskId, IReadOnlyList<TimelineEntry> Entries);

/// <summary>Runs one attempt of a step to its end.</summary>
public sealed record RunStep(string TaskId, string StepId, int Attempt);

/// <summary>Stops an attempt of a step: at once if it runs, or as soon as it would begin.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">Why.</param>
public sealed record StopStep(string TaskId, string StepId, int Attempt, StopReason Reason);

/// <summary>Why an attempt is asked to stop.</summary>
public enum StopReason
{
    Cancelled,
    StepTimeout,
    TaskTimeout,
}

public enum StepEnding
{
    /// <summary>It exited with 0.</summary>
    Succeeded,

    /// <summary>It exited with another code, or died by a signal.</summary>
    Failed,

    /// <summary>It could not be started, such as for a missing working directory.</summary>
    NotStarted,

    /// <summary>It was stopped on request; every process of it is gone.</summary>
    Stopped,
}

/// <param name="Ending">How the attempt ended.</param>
/// <param name="ExitCode">Of its process, if it exited by itself.</param>
/// <param name="Message">For people: why, and what was ended how fast.</param>
public sealed record StepOutcome(StepEnding Ending, int? ExitCode, string? Message);
