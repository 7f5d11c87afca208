using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.RunTask;

namespace DurableAgentTasks.Workflow.Activities;

/// <summary>The activities of <c>RunTask</c>. Each may run more than once with the same input and must then do no harm.</summary>
public static class TaskActivities
{
    /// <summary>The external event that tells a waiting task to join the queue again: its slot may have come.</summary>
    public const string Turn = "turn";

    public static readonly Activity<PrepareTask, PreparedTask> Prepare = new("PrepareTask");

    public static readonly Activity<RecordTimeline, RecordedTimeline> Record = new("RecordTimeline");

    public static readonly Activity<RunStep, StepOutcome> RunStep = new("RunStep");

    public static readonly Activity<StopStep, bool> StopStep = new("StopStep");

    public static readonly Activity<FreezeStep, bool> FreezeStep = new("FreezeStep");

    public static readonly Activity<ReadPulse, StepPulse> ReadPulse = new("ReadPulse");

    public static readonly Activity<ReadSuspensions, IReadOnlyList<Suspension>> ReadSuspensions = new("ReadSuspensions");

    public static readonly Activity<CleanUp, bool> CleanUp = new("CleanUp");

    public static readonly Activity<TakeCheckpoint, TakenCheckpoint> TakeCheckpoint = new("TakeCheckpoint");

    public static readonly Activity<RestoreCheckpoint, RestoredCheckpoint> RestoreCheckpoint = new("RestoreCheckpoint");

    public static readonly Activity<Deliver, Delivered> Deliver = new("Deliver");

    public static readonly Activity<ReviveTask, RevivedTask> Revive = new("ReviveTask");

    public static readonly Activity<AcceptPlan, AcceptedPlan> AcceptPlan = new("AcceptPlan");

    public static readonly Activity<JoinQueue, QueuePlace> JoinQueue = new("JoinQueue");

    public static readonly Activity<LeaveQueue, bool> LeaveQueue = new("LeaveQueue");
}

/// <summary>What an activity is asked to do for a task.</summary>
public interface ITaskInput
{
    /// <summary>The instance id.</summary>
    string TaskId { get; }
}

/// <summary>Validates the start and makes the stored record of the task.</summary>
/// <param name="TaskId">The instance id.</param>
/// <param name="Body">The body of the start, as it came.</param>
/// <param name="CreatedAt">The durable clock at the start.</param>
public sealed record PrepareTask(string TaskId, JsonElement Body, DateTimeOffset CreatedAt) : ITaskInput;

/// <summary>Either an outline to go by, or what is wrong with the start. The outline has no phases if the agent is to make the plan.</summary>
public sealed record PreparedTask(TaskOutline? Outline, IReadOnlyList<RequestError> Errors)
{
    /// <summary>The task has a record with a timeline already: an earlier generation of it was begun.</summary>
    public bool WasBegun { get; init; }

    /// <summary>Of the decisions that this generation takes.</summary>
    public int RunTaskVersion { get; init; } = TaskRun.CurrentVersion;
}

/// <summary>Stores entries of the timeline and brings the stored record of the task up to them.</summary>
public sealed record RecordTimeline(string TaskId, IReadOnlyList<TimelineEntry> Entries) : ITaskInput;

/// <summary>What the stored record tells of time once the entries are in it: the orchestration shows it, and decides nothing by it.</summary>
/// <param name="StartedAt">When the task's turn came; <see langword="null"/> until then.</param>
/// <param name="Forecast">How much longer it will take; <see langword="null"/> as long as there is nothing to reckon it from.</param>
public sealed record RecordedTimeline(DateTimeOffset? StartedAt, Forecast? Forecast);

/// <summary>
/// Takes what the planning attempt said as the plan of the task. <see cref="TaskOutline.PlanStepId"/> is the step that <see cref="RunStep"/>
/// runs for it: its second attempt goes on in the session of the first and is told what was wrong.
/// </summary>
/// <param name="TaskId">The task.</param>
/// <param name="Attempt">Of the planning step, from 1.</param>
/// <param name="Fallback">Whether a plan of one phase and one step is taken where the agent gave none that is valid.</param>
public sealed record AcceptPlan(string TaskId, int Attempt, bool Fallback) : ITaskInput;

/// <summary>Either a plan with its outline, or what is wrong with what the agent said.</summary>
/// <param name="Plan">For the timeline.</param>
/// <param name="Outline">To go by.</param>
/// <param name="Errors">Empty if there is a plan of the agent's.</param>
public sealed record AcceptedPlan(Plan? Plan, TaskOutline? Outline, IReadOnlyList<RequestError> Errors);

/// <summary>Asks for a slot to run in; again, to renew it or to see whether one has come free. It never waits.</summary>
public sealed record JoinQueue(string TaskId) : ITaskInput;

/// <param name="HasSlot">The task may run, until it leaves or its slot expires.</param>
/// <param name="Detail">Why it must wait: <c>queued:3</c> with its place in the queue, or <c>workspace_busy</c>.</param>
public sealed record QueuePlace(bool HasSlot, string? Detail);

/// <summary>Gives the slot, or the place in the queue, to others; the next one is told by the event <see cref="TaskActivities.Turn"/>.</summary>
public sealed record LeaveQueue(string TaskId) : ITaskInput;

/// <summary>Runs one attempt of a step, or goes on watching it: for one slice at most, see <see cref="StepEnding.StillRunning"/>.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Session">What an earlier attempt, or slice, of the step reported; the agent goes on in it.</param>
public sealed record RunStep(string TaskId, string StepId, int Attempt, AgentSession? Session = null) : ITaskInput
{
    /// <summary>Rises with every call for the task: a call with a lower number than one that was seen is <see cref="StepEnding.Superseded"/>.</summary>
    public long Fence { get; init; }

    /// <summary>The task's last checkpoint: a host that does not hold the work tree restores it.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>How often an operator let the task go on after its budget was spent: each time it gets it in full once more.</summary>
    public int BudgetsGranted { get; init; }
}

/// <summary>Stops an attempt of a step: at once if it runs, or as soon as it would begin.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">Why.</param>
public sealed record StopStep(string TaskId, string StepId, int Attempt, StopReason Reason) : ITaskInput;

/// <summary>Lets the processes of an attempt stand still, or go on. <see langword="false"/> if nothing of it runs.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="StepId">The step.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Frozen">Whether they are to stand still.</param>
public sealed record FreezeStep(string TaskId, string StepId, int Attempt, bool Frozen) : ITaskInput;

/// <summary>Reads what the runner of the task's step last said of it.</summary>
public sealed record ReadPulse(string TaskId) : ITaskInput;

/// <param name="LastActivityAt">Of output, CPU or work tree; <see langword="null"/> if nothing runs.</param>
/// <param name="IdleWarningAfter">How long without activity is worth a warning; <see langword="null"/> is never.</param>
/// <param name="Alerts">Resources that are short, such as <c>disk 82 %</c> or <c>disk 96 % (critical)</c>; empty if none is.</param>
public sealed record StepPulse(DateTimeOffset? LastActivityAt, TimeSpan? IdleWarningAfter, IReadOnlyList<string> Alerts)
{
    /// <summary>Whether the operator wants tasks paused if the memory or the disk of their host is critically short.</summary>
    public bool PausesInDanger { get; init; }
}

/// <summary>Reads when the engine let nothing of the orchestration run, which it is not told of otherwise.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="After">What was before it is known; <see langword="null"/> is from the beginning of the generation.</param>
/// <param name="Until">The durable clock.</param>
public sealed record ReadSuspensions(string TaskId, DateTimeOffset? After, DateTimeOffset Until) : ITaskInput;

/// <summary>Frees memory and disk that this task took: only what it made itself and can do without.</summary>
public sealed record CleanUp(string TaskId) : ITaskInput;

/// <summary>
/// Takes a checkpoint: the work tree, and where the stored record says that the task stands. Asked again for the same id it gives the
/// one that was taken.
/// </summary>
/// <param name="TaskId">The task.</param>
/// <param name="Id">Of the checkpoint.</param>
/// <param name="Type">When it is taken.</param>
/// <param name="Description">What for, for people.</param>
/// <param name="Reason">Why, if somebody said.</param>
/// <param name="At">By the durable clock.</param>
public sealed record TakeCheckpoint(string TaskId, CheckpointId Id, CheckpointType Type, string Description, string? Reason, DateTimeOffset At) : ITaskInput;

/// <param name="Checkpoint"><see langword="null"/> if none could be taken.</param>
/// <param name="Problem">Why not, or what is not in it, for people.</param>
public sealed record TakenCheckpoint(CheckpointReference? Checkpoint, string? Problem);

/// <summary>Brings the work tree to a checkpoint, after a checkpoint of what is there. Where it is damaged, the one before it counts.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="CheckpointId">Which one; <see langword="null"/> is the last.</param>
/// <param name="SafetyId">Of the checkpoint of what is there.</param>
/// <param name="At">By the durable clock.</param>
public sealed record RestoreCheckpoint(string TaskId, string? CheckpointId, CheckpointId SafetyId, DateTimeOffset At) : ITaskInput;

/// <param name="Checkpoint">What was restored; <see langword="null"/> if nothing was.</param>
/// <param name="Safety">What was there before; <see langword="null"/> if there was nothing to keep.</param>
/// <param name="CompletedSteps">The steps that were over, completed or skipped, when it was taken.</param>
/// <param name="Sessions">Of agents, by the step that began them.</param>
/// <param name="Problem">Why nothing, or not the one that was asked for, was restored; for people.</param>
public sealed record RestoredCheckpoint(
    CheckpointReference? Checkpoint,
    CheckpointReference? Safety,
    IReadOnlyList<string> CompletedSteps,
    IReadOnlyDictionary<string, AgentSession> Sessions,
    string? Problem)
{
    /// <summary>How often steps were begun by now that are not among <see cref="CompletedSteps"/>: attempts are numbered on.</summary>
    public IReadOnlyDictionary<string, int> Attempts { get; init; } = new Dictionary<string, int>();
}

/// <summary>Brings the work out, as the request's <c>deliver</c> says, and stores what the task changed as a patch.</summary>
public sealed record Deliver(string TaskId) : ITaskInput;

/// <param name="Summary">What was delivered and where to find it, for people; <see langword="null"/> if nothing was asked for.</param>
/// <param name="Problem">What could not be delivered, and how to mend that; <see langword="null"/> if nothing.</param>
public sealed record Delivered(string? Summary, string? Problem);

/// <summary>
/// Reads from the stored record where a task stands whose generation before has ended, or was lost, and takes it over from that: what is
/// still to be written for it does not count, and what still runs is ended.
/// </summary>
/// <param name="TaskId">The task.</param>
/// <param name="At">The durable clock at the start, which tells this generation from others.</param>
public sealed record ReviveTask(string TaskId, DateTimeOffset At) : ITaskInput;

/// <param name="Outline">To go by; without phases if there is no plan yet.</param>
/// <param name="State">As the record says.</param>
/// <param name="NextEntry">The number of the timeline's next entry.</param>
/// <param name="CompletedSteps">Over for good.</param>
/// <param name="SkippedSteps">Over for good.</param>
/// <param name="Attempts">Of steps that were begun, how often.</param>
/// <param name="Sessions">Of agents' steps that are not over.</param>
/// <param name="LastCheckpoint">The id of the last one that was taken or restored.</param>
public sealed record RevivedTask(
    TaskOutline Outline,
    TaskState State,
    long NextEntry,
    IReadOnlyList<string> CompletedSteps,
    IReadOnlyList<string> SkippedSteps,
    IReadOnlyDictionary<string, int> Attempts,
    IReadOnlyDictionary<string, AgentSession> Sessions,
    string? LastCheckpoint)
{
    /// <summary>In which the timeline goes on.</summary>
    public int Epoch { get; init; }

    /// <summary>The highest that any runner of the task has seen.</summary>
    public long Fence { get; init; }

    /// <summary>Of the decisions that this generation takes.</summary>
    public int RunTaskVersion { get; init; } = TaskRun.CurrentVersion;

    /// <summary>The id of the last one to go back to after a failure; <see langword="null"/> if none is known.</summary>
    public string? LastGoodCheckpoint { get; init; }

    /// <summary>The work tree is on another host, or gone, and there is a checkpoint: what was done since that is to be done again.</summary>
    public bool TreeIsLost { get; init; }
}

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

    /// <summary>A later call has the step: this one did nothing, and nothing was stopped.</summary>
    Superseded,
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

    /// <summary>Its host had ended in the middle of it, and the attempt went on in the host's next life, or on another host.</summary>
    public bool Resumed { get; init; }

    /// <summary>Of one that is <see cref="Resumed"/>: it goes on on another host than the one that began it.</summary>
    public bool Moved { get; init; }

    /// <summary>The engine had suspended the task while the attempt was under way.</summary>
    public bool WasSuspended { get; init; }

    /// <summary>Its host ends, and the attempt with it: it is to go on elsewhere, once that host asks for nothing more.</summary>
    public bool HandedOver { get; init; }
}

/// <param name="Class">What kind of failure it was.</param>
/// <param name="Evidence">What that was read from.</param>
/// <param name="ResetsAt">Of a spent quota, if it is known.</param>
public sealed record StepFailure(FailureClass Class, string Evidence, DateTimeOffset? ResetsAt);

/// <param name="Session">What a later attempt goes on in; <see langword="null"/> if no session began.</param>
/// <param name="Usage">Of this attempt, from its beginning.</param>
/// <param name="Version">Of the agent's CLI.</param>
public sealed record AgentReport(AgentSession? Session, TokenUsage? Usage, string? Version);
