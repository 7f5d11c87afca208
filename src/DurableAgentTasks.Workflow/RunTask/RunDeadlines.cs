using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>When the limits of a task are reached. While it rests (paused, or waiting for its turn again) the clock stands still.</summary>
public sealed record RunDeadlines
{
    private const double WarnAt = 0.75;

    /// <summary>Of the task; <see langword="null"/> is none.</summary>
    public DateTimeOffset? Task { get; init; }

    /// <summary>How long the task may take in all, extensions included.</summary>
    public TimeSpan? TaskLimit { get; init; }

    /// <summary>When to warn of <see cref="Task"/>; <see langword="null"/> if there is nothing to warn of, or it was done.</summary>
    public DateTimeOffset? Warning { get; init; }

    /// <summary>Of the present phase; <see langword="null"/> is none, or not begun.</summary>
    public DateTimeOffset? Phase { get; init; }

    /// <summary>How long the present phase may take in all, extensions included; what decided before version 4.</summary>
    public TimeSpan? PhaseLimit { get; init; }

    /// <summary>What the present phase, or the one to come, was granted beyond its limit.</summary>
    public TimeSpan PhaseExtension { get; init; }

    /// <summary>When the present phase began.</summary>
    public DateTimeOffset? PhaseBegunAt { get; init; }

    /// <summary>Since when the clock stands still.</summary>
    public DateTimeOffset? RestsSince { get; init; }

    /// <summary>Until when it is known how long the engine had suspended the task; <see langword="null"/> is not at all.</summary>
    public DateTimeOffset? SuspensionsKnownUntil { get; init; }

    public static RunDeadlines Of(TimeSpan? task, DateTimeOffset now) =>
        new() { Task = now + task, TaskLimit = task, Warning = now + (task * WarnAt), SuspensionsKnownUntil = now };

    public RunDeadlines BeginPhase(TimeSpan? phase, DateTimeOffset now) =>
        Phase is null ? this with { Phase = now + phase, PhaseLimit = phase, PhaseBegunAt = now } : this;

    /// <summary>What it was granted ends with it.</summary>
    public RunDeadlines EndPhase() => this with { Phase = null, PhaseExtension = TimeSpan.Zero };

    public RunDeadlines Rest(DateTimeOffset now) => this with { RestsSince = RestsSince ?? now };

    /// <summary>The clock goes on: every limit is as far away as when the rest began.</summary>
    public RunDeadlines GoOn(DateTimeOffset now)
    {
        var rested = now - RestsSince ?? TimeSpan.Zero;
        return this with { Task = Task + rested, Warning = Warning + rested, Phase = Phase + rested, RestsSince = null, SuspensionsKnownUntil = now };
    }

    /// <summary>The clock stood still while the engine had suspended the task.</summary>
    /// <param name="suspensions">All since <see cref="SuspensionsKnownUntil"/>.</param>
    /// <param name="now">Until then.</param>
    public RunDeadlines Suspended(IReadOnlyList<Suspension> suspensions, DateTimeOffset now)
    {
        if (RestsSince is not null) return this with { SuspensionsKnownUntil = now };
        var whole = Suspension.Sum(suspensions);
        return this with
        {
            Task = Task + whole,
            Warning = Warning + whole,
            Phase = Phase + Suspension.Sum(suspensions, PhaseBegunAt),
            SuspensionsKnownUntil = now,
        };
    }

    /// <summary>The task gets more time, and is warned when three quarters of all its time are over, if that is still to come.</summary>
    /// <param name="by">How much more.</param>
    /// <param name="now">If the clock stands still: when it came to that.</param>
    public RunDeadlines ExtendTask(TimeSpan by, DateTimeOffset now)
    {
        var limit = TaskLimit + by;
        var due = Task + by;
        var warning = due - (limit * (1 - WarnAt));
        return this with { Task = due, TaskLimit = limit, Warning = warning > (RestsSince ?? now) ? warning : null };
    }

    public RunDeadlines ExtendPhase(TimeSpan by) => this with { Phase = Phase + by, PhaseLimit = PhaseLimit + by, PhaseExtension = PhaseExtension + by };
}
