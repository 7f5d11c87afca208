using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// Writes a task's timeline: an orchestration tells it what happens and hands the entries, a batch at a time, to the activity
/// that stores them. It is pure, so that a replay makes the same entries; times come from the durable clock.
/// </summary>
/// <param name="state">Where the task stands: <see cref="TaskRecord.State"/> for a later generation.</param>
/// <param name="nextNumber">The number of the next entry: one above <see cref="TaskRecord.AppliedThrough"/>.</param>
/// <param name="epoch">Of whoever writes it: <see cref="TaskRecord.Epoch"/>.</param>
public sealed class TaskTimeline(TaskState state, long nextNumber, int epoch = 0)
{
    private List<TimelineEntry> _pending = [];

    /// <summary>Begins the timeline of a new task.</summary>
    public TaskTimeline()
        : this(TaskState.Created, 1)
    {
    }

    public TaskState State { get; private set; } = state;

    /// <summary>With <see cref="State"/>, all that a continued orchestration needs, once nothing is pending.</summary>
    public long NextNumber { get; private set; } = nextNumber;

    public bool HasPending => _pending.Count > 0;

    /// <summary>The entries since the last call, to be stored. Writing them twice does no harm: numbers count once.</summary>
    public IReadOnlyList<TimelineEntry> TakePending()
    {
        var batch = _pending;
        _pending = [];
        return batch;
    }

    /// <exception cref="InvalidTransitionException">The lifecycle does not have it; nothing was recorded.</exception>
    public void Transition(
        TaskState to, string trigger, DateTimeOffset time, string? detail = null, string? by = null, string? reason = null) =>
        Move(to, trigger, time, by, reason, detail is null ? null : new TransitionData(detail, Result: null, Error: null));

    /// <summary>A transition to <c>completed</c>, <c>failed</c> or <c>cancelled</c> with what came of the task.</summary>
    /// <exception cref="InvalidTransitionException">The lifecycle does not have it; nothing was recorded.</exception>
    /// <exception cref="ArgumentException"><paramref name="to"/> is no end.</exception>
    public void End(
        TaskState to,
        TaskResult result,
        string trigger,
        DateTimeOffset time,
        TaskError? error = null,
        string? by = null,
        string? reason = null)
    {
        if (!TaskLifecycle.HasEnded(to)) throw new ArgumentException($"'{WireName.Of(to)}' ends no task.", nameof(to));
        Move(to, trigger, time, by, reason, new TransitionData(Detail: null, result, error));
    }

    /// <summary>Another detail of the same state, such as <c>workspace_busy</c> of <c>created</c>.</summary>
    public void DetailChanged(string? detail, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Detail, time) with { Data = Json(new DetailData(detail)) });

    public void PlanMade(Plan plan, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Plan, time) with { Data = Json(new PlanData(plan)) });

    /// <param name="stepId">Which step of the plan.</param>
    /// <param name="attempt">From 1.</param>
    /// <param name="time">By the durable clock.</param>
    public void StepStarted(string stepId, int attempt, DateTimeOffset time) =>
        AddStep(new(stepId, WorkStatus.InProgress, attempt, ExitCode: null, Message: null), "step_started", time);

    /// <param name="stepId">Which step of the plan.</param>
    /// <param name="status">Not <see cref="WorkStatus.InProgress"/>; <see cref="WorkStatus.Pending"/> if it will go on.</param>
    /// <param name="attempt">From 1; 0 for a step that never began.</param>
    /// <param name="exitCode">Of its process, if it had one and it exited.</param>
    /// <param name="message">Why it ended so.</param>
    /// <param name="time">By the durable clock.</param>
    /// <param name="agent">What its agent said of the attempt; its usage is added to the step's and the task's.</param>
    /// <exception cref="ArgumentException">A step that is in progress has not ended.</exception>
    public void StepEnded(
        string stepId, WorkStatus status, int attempt, int? exitCode, string? message, DateTimeOffset time, AgentUse? agent = null)
    {
        if (status == WorkStatus.InProgress) throw new ArgumentException("A step that is in progress has not ended.", nameof(status));
        var trigger = status == WorkStatus.Pending ? "step_interrupted" : $"step_{WireName.Of(status)}";
        AddStep(new(stepId, status, attempt, exitCode, message) { Agent = agent }, trigger, time);
    }

    /// <param name="action">What was asked for, such as <c>pause</c>.</param>
    /// <param name="by">Who, as the credential names them.</param>
    /// <param name="reason">Why, in their words.</param>
    /// <param name="time">By the durable clock.</param>
    public void OperatorAction(string action, string? by, string? reason, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Operator, time) with { Trigger = action, By = by, Reason = reason });

    /// <param name="action">What was asked for, such as <c>extend</c>.</param>
    /// <param name="by">Who, as the credential names them.</param>
    /// <param name="why">Why it has no effect, for people.</param>
    /// <param name="time">By the durable clock.</param>
    public void OperatorRefused(string action, string? by, string why, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Warning, time) with { Trigger = $"{action}_refused", By = by, Reason = why });

    /// <param name="code">Which warning, such as <c>task_timeout_near</c>.</param>
    /// <param name="message">For people.</param>
    /// <param name="time">By the durable clock.</param>
    public void Warning(string code, string message, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Warning, time) with { Trigger = code, Reason = message });

    public void CheckpointTaken(CheckpointReference checkpoint, string description, string? by, string? reason, DateTimeOffset time, bool good = false) =>
        _pending.Add(Next(TimelineTypes.Checkpoint, time) with
        {
            Trigger = checkpoint.Type,
            By = by,
            Reason = reason,
            Data = Json(new CheckpointData(checkpoint, description) { Good = good }),
        });

    /// <param name="restored">What was restored, and what is to be done again.</param>
    /// <param name="reason">Why.</param>
    /// <param name="time">By the durable clock.</param>
    public void Restored(RestoredData restored, string? reason, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Restored, time) with { Reason = reason, Data = Json(restored) });

    /// <summary>Lets the last entry that is pending tell that the limits of the task changed with it.</summary>
    /// <exception cref="InvalidOperationException">Nothing is pending.</exception>
    public void DeadlinesChanged(TaskDeadlines deadlines)
    {
        if (!HasPending) throw new InvalidOperationException("There is no entry to tell it with.");
        _pending[^1] = _pending[^1] with { Deadlines = deadlines };
    }

    public void Resumption(ResumptionKind kind, string? reason, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Resumption, time) with { Trigger = WireName.Of(kind), Reason = reason });

    /// <summary>The engine had suspended the task for a time in which it would have run.</summary>
    public void Hibernated(IReadOnlyList<Suspension> suspensions, DateTimeOffset time) => _pending.Add(Next(TimelineTypes.Resumption, time) with
    {
        Trigger = WireName.Of(ResumptionKind.Hibernation),
        Reason = $"Its orchestration had been suspended for {Duration.Format(Suspension.Sum(suspensions))}.",
        Data = Json(new HibernationData(suspensions)),
    });

    public void Recovery(RecoveryData decision, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Recovery, time) with { Trigger = WireName.Of(decision.Action), Data = Json(decision) });

    private void Move(TaskState to, string trigger, DateTimeOffset time, string? by, string? reason, TransitionData? data)
    {
        TaskLifecycle.EnsureCanMove(State, to);
        _pending.Add(Next(TimelineTypes.Transition, time) with
        {
            From = State,
            To = to,
            Trigger = trigger,
            By = by,
            Reason = reason,
            Data = data is null ? null : Json(data),
        });
        State = to;
    }

    private void AddStep(StepData step, string trigger, DateTimeOffset time) =>
        _pending.Add(Next(TimelineTypes.Step, time) with { Trigger = trigger, Data = Json(step) });

    private TimelineEntry Next(string type, DateTimeOffset time) => new() { Number = NextNumber++, Epoch = epoch, Time = time, Type = type };

    private static JsonElement Json<T>(T data) => JsonSerializer.SerializeToElement(data, TaskJson.Options);
}
