using System.Text.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.Activities;

/// <summary>The activities of <c>RunTask</c>. Each may run more than once with the same input and must then do no harm.</summary>
public static class TaskActivities
{
    /// <summary>The external event that tells a waiting task to join the queue again: its slot may have come.</summary>
    public const string Turn = "turn";

    public static readonly Activity<PrepareTask, PreparedTask> Prepare = new("PrepareTask");

    public static readonly Activity<RecordTimeline, bool> Record = new("RecordTimeline");

    public static readonly Activity<RunStep, StepOutcome> RunStep = new("RunStep");

    public static readonly Activity<StopStep, bool> StopStep = new("StopStep");

    public static readonly Activity<AcceptPlan, AcceptedPlan> AcceptPlan = new("AcceptPlan");

    public static readonly Activity<JoinQueue, QueuePlace> JoinQueue = new("JoinQueue");

    public static readonly Activity<LeaveQueue, bool> LeaveQueue = new("LeaveQueue");
}

/// <summary>Validates the start and makes the stored record of the task.</summary>
/// <param name="TaskId">The instance id.</param>
/// <param name="Body">The body of the start, as it came.</param>
/// <param name="CreatedAt">The durable clock at the start.</param>
public sealed record PrepareTask(string TaskId, JsonElement Body, DateTimeOffset CreatedAt);

/// <summary>Either an outline to go by, or what is wrong with the start. The outline has no phases if the agent is to make the plan.</summary>
public sealed record PreparedTask(TaskOutline? Outline, IReadOnlyList<RequestError> Errors);

/// <summary>Stores entries of the timeline and brings the stored record of the task up to them.</summary>
public sealed record RecordTimeline(string TaskId, IReadOnlyList<TimelineEntry> Entries);

/// <summary>
/// Takes what the planning attempt said as the plan of the task. <see cref="TaskOutline.PlanStepId"/> is the step that <see cref="RunStep"/>
/// runs for it: its second attempt goes on in the session of the first and is told what was wrong.
/// </summary>
/// <param name="TaskId">The task.</param>
/// <param name="Attempt">Of the planning step, from 1.</param>
/// <param name="Fallback">Whether a plan of one phase and one step is taken where the agent gave none that is valid.</param>
public sealed record AcceptPlan(string TaskId, int Attempt, bool Fallback);

/// <summary>Either a plan with its outline, or what is wrong with what the agent said.</summary>
/// <param name="Plan">For the timeline.</param>
/// <param name="Outline">To go by.</param>
/// <param name="Errors">Empty if there is a plan of the agent's.</param>
public sealed record AcceptedPlan(Plan? Plan, TaskOutline? Outline, IReadOnlyList<RequestError> Errors);

/// <summary>Asks for a slot to run in; again, to renew it or to see whether one has come free. It never waits.</summary>
public sealed record JoinQueue(string TaskId);

/// <param name="HasSlot">The task may run, until it leaves or its slot expires.</param>
/// <param name="Detail">Why it must wait: <c>queued:3</c> with its place in the queue, or <c>workspace_busy</c>.</param>
public sealed record QueuePlace(bool HasSlot, string? Detail);

/// <summary>Gives the slot, or the place in the queue, to others; the next one is told by the event <see cref="TaskActivities.Turn"/>.</summary>
public sealed record LeaveQueue(string TaskId);

/// <summary>Runs one attempt of a step, or goes on watching it: for one slice at most, see <see cref="StepEnding.StillRunning"/>.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Session">What an earlier attempt, or slice, of the step reported; the agent goes on in it.</param>
public sealed record RunStep(string TaskId, string StepId, int Attempt, AgentSession? Session = null);

/// <summary>Stops an attempt of a step: at once if it runs, or as soon as it would begin.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">Why.</param>
public sealed record StopStep(string TaskId, string StepId, int Attempt, StopReason Reason);

/// <summary>Why an attempt was stopped.</summary>
public enum StopReason
{
    Cancelled,
    StepTimeout,
    TaskTimeout,
    Paused,

    /// <summary>Everything on its host was; nobody asked the orchestration.</summary>
    Emergency,

    /// <summary>By its runner: neither output, CPU nor changes for the idle limit.</summary>
    Idle,

    /// <summary>By its runner: a limit of the task's resources was passed.</summary>
    Budget,
}

public enum StepEnding
{
    /// <summary>It exited with 0, and an agent said that it finished.</summary>
    Succeeded,

    /// <summary>It exited with another code, died by a signal, or failed by its own words; <see cref="StepOutcome.Failure"/> says how.</summary>
    Failed,

    /// <summary>It could not be started, such as for a missing working directory.</summary>
    NotStarted,

    /// <summary>It was stopped; <see cref="StepOutcome.Stop"/> says why. Every process of it is gone.</summary>
    Stopped,

    /// <summary>The slice is over and the attempt goes on: call again, with the session that is reported.</summary>
    StillRunning,
}

/// <param name="Ending">How the attempt ended.</param>
/// <param name="ExitCode">Of its process, if it exited by itself.</param>
/// <param name="Message">For people: why, and what was ended how fast.</param>
public sealed record StepOutcome(StepEnding Ending, int? ExitCode, string? Message)
{
    /// <summary>Of one that was stopped.</summary>
    public StopReason? Stop { get; init; }

    /// <summary>Of one that failed.</summary>
    public StepFailure? Failure { get; init; }

    /// <summary>Of an agent's step.</summary>
    public AgentReport? Agent { get; init; }

    /// <summary>Its host had ended in the middle of it, and the attempt went on in the host's next life.</summary>
    public bool Resumed { get; init; }
}

/// <param name="Class">What kind of failure it was.</param>
/// <param name="Evidence">What that was read from.</param>
/// <param name="ResetsAt">Of a spent quota, if it is known.</param>
public sealed record StepFailure(FailureClass Class, string Evidence, DateTimeOffset? ResetsAt);

/// <param name="Session">What a later attempt goes on in; <see langword="null"/> if no session began.</param>
/// <param name="Usage">Of this attempt, from its beginning.</param>
/// <param name="Version">Of the agent's CLI.</param>
public sealed record AgentReport(AgentSession? Session, TokenUsage? Usage, string? Version);
