using DurableAgentTasks.Core.Progress;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// A task as the API shows it. What its record does not know (<see cref="Resources"/>
/// and all below it) is <see langword="null"/> unless the caller adds it.
/// </summary>
public record TaskView
{
    public required TaskId Id { get; init; }

    public required string Agent { get; init; }

    public string? AgentId { get; init; }

    public required TaskState State { get; init; }

    public string? Detail { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public required TaskDurations Durations { get; init; }

    /// <summary><see langword="null"/> until the task is planned, and in lists.</summary>
    public PlanProgress? Plan { get; init; }

    public required ProgressReport Progress { get; init; }

    public TaskResult? Result { get; init; }

    public TaskError? Error { get; init; }

    public TaskDeadlines? Deadlines { get; init; }

    /// <summary>Of what has ended; <see langword="null"/> until an agent reports some.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The last one that was taken or restored: what the work tree has come from.</summary>
    public CheckpointReference? LastCheckpoint { get; init; }

    public ProcessResources? Resources { get; init; }

    public LogCounts? Counts { get; init; }

    /// <summary>By what they lead to: <c>self</c>, <c>events</c>, <c>logs</c>.</summary>
    public IReadOnlyDictionary<string, string>? Links { get; init; }

    public static TaskView Of(TaskRecord task, DateTimeOffset now)
    {
        var plan = PlanProgress.Of(task);
        return new()
        {
            Id = task.Id,
            Agent = task.Request.Agent,
            AgentId = task.Request.AgentId,
            State = task.State,
            Detail = task.Detail,
            CreatedAt = task.CreatedAt,
            StartedAt = task.StartedAt,
            CompletedAt = task.CompletedAt,
            Durations = TaskDurations.Of(task, now),
            Plan = plan,
            Progress = ProgressReport.Of(task, plan, now),
            Result = task.Result,
            Error = task.Error,
            Usage = task.Usage,
            LastCheckpoint = task.LastCheckpoint,
            Deadlines = task.Deadlines?.At(task.PausedSince < now ? task.PausedSince.Value : now),
        };
    }
}
