namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>When the limits of a task are reached. While it rests (paused, or waiting for its turn again) the clock stands still.</summary>
public sealed record RunDeadlines
{
    private const double WarnAt = 0.75;

    /// <summary>Of the task; <see langword="null"/> is none.</summary>
    public DateTimeOffset? Task { get; init; }

    /// <summary>When to warn of <see cref="Task"/>; <see langword="null"/> if there is nothing to warn of, or it was done.</summary>
    public DateTimeOffset? Warning { get; init; }

    /// <summary>Of the present phase; <see langword="null"/> is none, or not begun.</summary>
    public DateTimeOffset? Phase { get; init; }

    /// <summary>Since when the clock stands still.</summary>
    public DateTimeOffset? RestsSince { get; init; }

    public static RunDeadlines Of(TimeSpan? task, DateTimeOffset now) =>
        new() { Task = now + task, Warning = now + (task * WarnAt) };

    public RunDeadlines BeginPhase(TimeSpan? phase, DateTimeOffset now) => Phase is null ? this with { Phase = now + phase } : this;

    public RunDeadlines Rest(DateTimeOffset now) => this with { RestsSince = RestsSince ?? now };

    /// <summary>The clock goes on: every limit is as far away as when the rest began.</summary>
    public RunDeadlines GoOn(DateTimeOffset now)
    {
        var rested = now - RestsSince ?? TimeSpan.Zero;
        return new() { Task = Task + rested, Warning = Warning + rested, Phase = Phase + rested };
    }
}
