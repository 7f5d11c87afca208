namespace DurableAgentTasks.Core.Tasks;

/// <summary>How long a task took, or has taken so far.</summary>
/// <param name="Total">From its start to its end, or to now; zero before its turn came.</param>
/// <param name="Active">The total without what is paused.</param>
/// <param name="Paused">How much of it nothing ran: while paused, or failed until it was resumed.</param>
/// <param name="Class">The total in one word.</param>
public sealed record TaskDurations(TimeSpan Total, TimeSpan Active, TimeSpan Paused, DurationClass Class)
{
    public static TaskDurations Of(TaskRecord task, DateTimeOffset now)
    {
        if (task.StartedAt is not { } start) return new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, DurationClass.Short);

        // "now" may come from another machine than the times stored: nothing is shorter than zero, no part longer than the whole.
        var end = task.CompletedAt ?? now;
        var total = Between(start, end);
        var open = task.PausedSince is { } since ? Between(since, end) : TimeSpan.Zero;
        var paused = task.Paused + open;
        if (paused > total) paused = total;
        return new(total, total - paused, paused, ClassOf(total));
    }

    /// <summary>Short below 1 min, medium below 10 min, long up to 1 h, extended above.</summary>
    public static DurationClass ClassOf(TimeSpan total) => total.TotalMinutes switch
    {
        < 1 => DurationClass.Short,
        < 10 => DurationClass.Medium,
        <= 60 => DurationClass.Long,
        _ => DurationClass.Extended,
    };

    private static TimeSpan Between(DateTimeOffset from, DateTimeOffset to) => to > from ? to - from : TimeSpan.Zero;
}

#pragma warning disable CA1720 // "short" and "long" are the API's words for durations, not types
public enum DurationClass
{
    Short,
    Medium,
    Long,
    Extended,
}
