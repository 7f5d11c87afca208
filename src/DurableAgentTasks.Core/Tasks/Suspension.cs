namespace DurableAgentTasks.Core.Tasks;

/// <summary>A time in which the engine kept a task's orchestration from running.</summary>
public sealed record Suspension(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>How long they were in all, as far as they are later than a moment.</summary>
    /// <param name="suspensions">One after another.</param>
    /// <param name="since">The moment; <see langword="null"/> counts them whole.</param>
    public static TimeSpan Sum(IEnumerable<Suspension> suspensions, DateTimeOffset? since = null) =>
        suspensions.Aggregate(TimeSpan.Zero, (sum, next) => sum + next.Within(since, next.To).Length);

    /// <summary>Those that a history tells of.</summary>
    /// <param name="history">Of one generation, oldest first.</param>
    /// <param name="after">What was before it does not count; <see langword="null"/> is from the beginning.</param>
    /// <param name="until">When the orchestration ran again: neither does what came after that, and one whose end is not recorded yet ended then.</param>
    public static IReadOnlyList<Suspension> In(IEnumerable<HistoryEntry> history, DateTimeOffset? after, DateTimeOffset until)
    {
        List<Suspension> found = [];
        DateTimeOffset? from = null;
        foreach (var entry in history)
        {
            if (entry.Type == "ExecutionSuspended") from ??= entry.Time;
            if (entry.Type != "ExecutionResumed" || from is null) continue;
            found.Add(new(from.Value, entry.Time));
            from = null;
        }

        if (from is not null) found.Add(new(from.Value, until));
        return [.. found.Select(suspension => suspension.Within(after, until)).Where(suspension => suspension.Length > TimeSpan.Zero)];
    }

    /// <summary>Since when a history tells of one that is not over; <see langword="null"/> if it tells of none.</summary>
    /// <param name="history">Of one generation, oldest first.</param>
    public static DateTimeOffset? PresentSince(IEnumerable<HistoryEntry> history) => history.Aggregate((DateTimeOffset?)null, (since, entry) => entry.Type switch
    {
        "ExecutionSuspended" => since ?? entry.Time,
        "ExecutionResumed" => null,
        _ => since,
    });

    private TimeSpan Length => To > From ? To - From : TimeSpan.Zero;

    private Suspension Within(DateTimeOffset? after, DateTimeOffset until) => new(From < after ? after.Value : From, To > until ? until : To);
}
