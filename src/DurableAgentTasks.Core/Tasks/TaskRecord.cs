using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// A task as it is stored: its request and the fold of its timeline. Nothing in it depends on when it is read.
/// </summary>
public sealed record TaskRecord
{
    public required TaskId Id { get; init; }

    public required TaskRequest Request { get; init; }

    public TaskState State { get; init; } = TaskState.Created;

    /// <summary>Why it is in this state, such as <c>workspace_busy</c> of <c>created</c> or <c>operator</c> of <c>paused</c>.</summary>
    public string? Detail { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its turn came.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended: completed, failed or cancelled. A failed task that is resumed has none again.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The sum of the intervals that are over in which nothing ran: paused, or failed until it was resumed.</summary>
    public TimeSpan Paused { get; init; }

    /// <summary>When the interval began that is not over.</summary>
    public DateTimeOffset? PausedSince { get; init; }

    /// <summary>The plan that was made for the task, if the request gave none or it was replaced.</summary>
    public Plan? MadePlan { get; init; }

    /// <summary>The steps that were begun or decided about, in the order this first happened.</summary>
    public ImmutableList<StepRun> Steps { get; init; } = [];

    /// <summary>Of all attempts of all steps that have ended, planning included; <see langword="null"/> until an agent reports some.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The last one that was taken or restored: what the work tree has come from.</summary>
    public CheckpointReference? LastCheckpoint { get; init; }

    /// <summary>The last one that holds nothing of a step that has not succeeded: what is gone back to after a failure.</summary>
    public CheckpointReference? LastGoodCheckpoint { get; init; }

    /// <summary>When the limits of the task and its phase are reached; those whose clock stands still are <see langword="null"/>.</summary>
    public TaskDeadlines? Deadlines { get; init; }

    /// <summary>How long steps took with this agent in earlier tasks, as it was known when the task began; empty if nothing was.</summary>
    public IReadOnlyList<KindPace> History { get; init; } = [];

    /// <summary>How much longer it will take; <see langword="null"/> as long as there is nothing to reckon it from.</summary>
    public Forecast? Forecast { get; init; }

    public TaskResult? Result { get; init; }

    public TaskError? Error { get; init; }

    /// <summary>The number of the last timeline entry in here; 0 for none.</summary>
    public long AppliedThrough { get; init; }

    /// <summary>
    /// Rises whenever somebody else goes on with the timeline: what was written for an earlier epoch, and comes late, does not count.
    /// </summary>
    public int Epoch { get; init; }

    /// <summary>When those generations were begun that went on from this record, by their own clocks; the last one leads the task.</summary>
    public ImmutableList<DateTimeOffset> Revivals { get; init; } = [];

    /// <summary>What the task does; <see langword="null"/> until it is planned.</summary>
    [JsonIgnore]
    public Plan? Plan => MadePlan ?? Request.Plan;

    /// <summary>The record of a task before anything happened to it.</summary>
    public static TaskRecord Created(TaskId id, TaskRequest request, DateTimeOffset createdAt, Plan? plan = null) =>
        new() { Id = id, Request = request, CreatedAt = createdAt, MadePlan = plan };

    /// <summary>The record after one more entry. An entry that is in here already changes nothing.</summary>
    /// <exception cref="TimelineException">An entry before it is missing, or it does not fit the state the task is in.</exception>
    /// <exception cref="InvalidTransitionException">It is a transition the lifecycle does not have.</exception>
    public TaskRecord Apply(TimelineEntry entry) => TimelineFold.Apply(this, entry);

    /// <summary>The record after more entries, in order.</summary>
    /// <inheritdoc cref="Apply(TimelineEntry)" path="/exception"/>
    public TaskRecord Apply(IEnumerable<TimelineEntry> entries) => entries.Aggregate(this, TimelineFold.Apply);

    /// <summary>A timeline that goes on where this record ends.</summary>
    public TaskTimeline ContinueTimeline() => new(State, AppliedThrough + 1, Epoch);

    /// <summary>The record in the hands of somebody else: nothing counts any more that is still to be written for whoever had it before.</summary>
    public TaskRecord TakeOver() => this with { Epoch = Epoch + 1 };

    /// <summary>The record in the hands of a new generation; the same if that has it already.</summary>
    /// <param name="at">When the generation was begun, which tells it from others.</param>
    /// <exception cref="InvalidOperationException">A later generation has it.</exception>
    public TaskRecord Revive(DateTimeOffset at)
    {
        if (Revivals is [.., var last] && last == at) return this;
        if (Revivals.Contains(at)) throw new InvalidOperationException($"A later generation of task {Id} goes on with it.");
        return TakeOver() with { Revivals = Revivals.Add(at) };
    }
}

/// <summary>How far a step got.</summary>
public sealed record StepRun
{
    public required string Id { get; init; }

    public required WorkStatus Status { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Of the last attempt, once it ended; like its message and its times it is forgotten once the step is to be done again.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Why the last attempt ended so.</summary>
    public string? Message { get; init; }

    /// <summary>When its last attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How long its attempts that have ended have run, since it was last to be done from its beginning; pauses are not in it.</summary>
    public TimeSpan Active { get; init; }

    /// <summary>How long all its attempts had run when it was last completed, even if it is to be done again; <see langword="null"/> if it never was.</summary>
    public TimeSpan? Took { get; init; }

    /// <summary>When the attempt that is under way began, moved on by the time it stood still; <see langword="null"/> if none is.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>The agent's session that its last attempt worked in.</summary>
    public string? SessionId { get; init; }

    /// <summary>Of the agent's CLI, at the last attempt that told it.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Of all its attempts that have ended.</summary>
    public TokenUsage? Usage { get; init; }
}
