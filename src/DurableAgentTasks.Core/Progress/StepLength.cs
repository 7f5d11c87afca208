namespace DurableAgentTasks.Core.Progress;

/// <summary>
/// How long a step is likely to take, in seconds: a log-logistic distribution. It is close to the log-normal that durations follow, and
/// what is left of a step that has run for a while has a closed form.
/// </summary>
/// <param name="Median">Half of the steps take longer.</param>
/// <param name="Shape">The larger, the closer together they are.</param>
/// <param name="Mean">What many steps take on average; more than half of them take less.</param>
public sealed record StepLength(double Median, double Shape, double Mean)
{
    /// <summary>What the range of a forecast leaves out at either end.</summary>
    private const double Tail = 0.1;

    // Before there are enough durations to tell, they are taken to spread by a factor of 1.65; and nothing is ever believed to be exact,
    // or to have no mean.
    private const double UsualSpread = 0.5;
    private const double UsualWeight = 2;
    private const double LeastSpread = 0.1;
    private const double MostSpread = 1.2;

    internal static StepLength Of(DurationStatistics known)
    {
        // One step more is as uncertain as the steps are spread, and as the mean of so few of them is.
        var median = Math.Exp(Math.Clamp(known.MeanLog, -7, 18));
        var spread = Deviation(known);
        var uncertain = Math.Min(spread * Math.Sqrt(1 + (1 / known.Count)), MostSpread);
        var angle = Math.PI / ShapeOf(spread);
        return new(median, ShapeOf(uncertain), median * angle / Math.Sin(angle));

        static double ShapeOf(double deviation) => Math.PI / (deviation * Math.Sqrt(3));
    }

    /// <summary>The standard deviation of the logarithms.</summary>
    internal static double Deviation(DurationStatistics known)
    {
        var variance = (known.Squares + (UsualWeight * UsualSpread * UsualSpread)) / (Math.Max(known.Count - 1, 0) + UsualWeight);
        return Math.Clamp(Math.Sqrt(variance), LeastSpread, MostSpread);
    }

    /// <summary>
    /// What is left of a step after so many seconds. At first that is what it has not used of its mean; one that takes longer than that
    /// is expected to take still longer, as those do that have come so far.
    /// </summary>
    internal Spread Left(double elapsed)
    {
        var odds = Math.Pow(elapsed / Median, Shape);
        var expected = Math.Max(Mean - elapsed, LeftOf(0.5));
        return new(expected, Math.Max(0, expected - LeftOf(1 - Tail)), Math.Max(0, LeftOf(Tail) - expected));

        // The share of those that have come so far which take longer than this.
        double LeftOf(double share) => Math.Max(0, (Median * Math.Pow(((1 + odds) / share) - 1, 1 / Shape)) - elapsed);
    }

    /// <summary>Whether a step that has taken so many seconds is expected to take more than the mean.</summary>
    internal bool IsOverrunAfter(double elapsed) => Left(elapsed).Expected > Mean - elapsed;
}
