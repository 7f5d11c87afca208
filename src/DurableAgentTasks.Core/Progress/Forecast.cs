namespace DurableAgentTasks.Core.Progress;

/// <summary>
/// How much longer a task will take, as it looked when something last happened to it: later moments are reckoned from that, by anybody
/// alike. What was said once is kept to: the expected end moves to later only by more than a tenth of what is left, and with a reason.
/// </summary>
public sealed record Forecast
{
    private const double Tolerance = 1.1;
    private const double Longest = 10 * 366 * 86_400.0;

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The task rests, and what is left stays the same.</summary>
    public bool StandsStill { get; init; }

    /// <summary>Of the steps that are not begun.</summary>
    public required Spread Rest { get; init; }

    /// <summary>The step that is begun; <see langword="null"/> between two.</summary>
    public StepForecast? Step { get; init; }

    /// <summary>Seconds until the task's deadline, at which it completes with what is done.</summary>
    public double? Limit { get; init; }

    /// <summary>The least seconds that were ever said to be left, less those that have passed since.</summary>
    public double Promise { get; init; }

    public ProgressBasis Basis { get; init; }

    /// <summary>Why more is left than was said before; <see langword="null"/> if that is not so.</summary>
    public string? Reason { get; init; }

    /// <summary>What is left at a later moment.</summary>
    public TimeRange RemainingAt(DateTimeOffset now)
    {
        var passed = PassedAt(now);
        var reckoned = ReckonedAfter(passed);
        var likely = Keeps(reckoned.Expected, passed) ? PromiseAfter(passed) : reckoned.Expected;
        var low = Math.Min(reckoned.Expected - reckoned.Down, likely);
        return new(Seconds(low), Seconds(likely), Seconds(reckoned.Expected + reckoned.Up));
    }

    /// <summary>Why more is left at a later moment than was said before; <see langword="null"/> if that is not so.</summary>
    public string? ReasonAt(DateTimeOffset now)
    {
        var passed = PassedAt(now);
        if (Keeps(ReckonedAfter(passed).Expected, passed)) return null;
        return Step?.DelayAfter(passed) ?? Reason ?? "The steps that are left begin later than expected.";
    }

    /// <summary>The forecast as the next one after another, which something that happened has made outdated.</summary>
    /// <param name="before">The other; <see langword="null"/> if it is the first.</param>
    /// <param name="cause">What has happened, for people.</param>
    internal Forecast After(Forecast? before, string cause)
    {
        var expected = ReckonedAfter(0).Expected;
        if (before is null) return this with { Promise = expected };
        var kept = this with { Promise = Math.Min(expected, before.PromiseAfter(before.PassedAt(At))) };
        if (kept.Keeps(expected, 0)) return kept;
        var worse = expected > before.RemainingAt(At).Likely.TotalSeconds;
        return kept with { Reason = (worse ? null : before.ReasonAt(At)) ?? cause };
    }

    /// <summary>Seconds to the deadline at a later moment.</summary>
    internal double? LimitAt(DateTimeOffset now) => Limit is { } limit ? Math.Max(0, limit - PassedAt(now)) : null;

    private double PassedAt(DateTimeOffset now) => StandsStill || now <= At ? 0 : (now - At).TotalSeconds;

    private double PromiseAfter(double passed) => Math.Max(0, Promise - passed);

    private bool Keeps(double expected, double passed) => expected <= PromiseAfter(passed) * Tolerance;

    private Spread ReckonedAfter(double passed)
    {
        var all = Step is { } step ? step.Left(passed).Then(Rest) : Rest;
        return all.Within(Limit is { } limit ? Math.Max(0, limit - passed) : null);
    }

    // No more digits than it is worth, and no more than a TimeSpan holds.
    private static TimeSpan Seconds(double value) => TimeSpan.FromSeconds(Math.Round(Math.Clamp(value, 0, Longest), value < 10 ? 1 : 0));
}

/// <summary>The step a task is at.</summary>
/// <param name="Id">Of the plan.</param>
/// <param name="Length">How long such steps take.</param>
/// <param name="Elapsed">The seconds it has taken so far.</param>
/// <param name="Runs">Whether it runs now, so that its time passes.</param>
/// <param name="Timeout">The seconds until its attempt is stopped; <see langword="null"/> is never.</param>
public sealed record StepForecast(string Id, StepLength Length, double Elapsed, bool Runs, double? Timeout)
{
    internal Spread Left(double passed)
    {
        var since = Runs ? passed : 0;
        return Length.Left(Elapsed + since).Within(Timeout is { } timeout ? Math.Max(0, timeout - since) : null);
    }

    /// <summary>In words, that it takes longer than it was expected to when it began; <see langword="null"/> if it does not.</summary>
    internal string? DelayAfter(double passed) =>
        !Runs || !Length.IsOverrunAfter(Elapsed + passed) ? null
        : Elapsed + passed > Length.Mean ? $"Step {Id} takes longer than expected."
        : $"Step {Id} is likely to take longer than expected.";
}
