namespace DurableAgentTasks.Core.Progress;

/// <summary>
/// How long steps of one kind took, in three numbers however many they were: durations spread by factors, so it is their logarithms
/// that are averaged.
/// </summary>
/// <param name="Count">How many; what is old counts less, so it need not be whole.</param>
/// <param name="MeanLog">The mean of the natural logarithms of the seconds.</param>
/// <param name="Squares">The sum of the squared distances from <paramref name="MeanLog"/>.</param>
public sealed record DurationStatistics(double Count, double MeanLog, double Squares)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static DurationStatistics None { get; } = new(0, 0, 0);

    /// <summary>With one more. What is shorter than 1 ms or longer than 366 days counts as that.</summary>
    public DurationStatistics Add(TimeSpan duration)
    {
        var seconds = (duration < Shortest ? Shortest : duration > Longest ? Longest : duration).TotalSeconds;
        return With(new(1, Math.Log(seconds), 0));
    }

    /// <summary>Both together; where they disagree the spread is wider than of either.</summary>
    public DurationStatistics With(DurationStatistics other)
    {
        var count = Count + other.Count;
        if (count <= 0) return None;
        var apart = other.MeanLog - MeanLog;
        return new(
            count,
            MeanLog + (apart * other.Count / count),
            Squares + other.Squares + (apart * apart * Count * other.Count / count));
    }

    /// <summary>The same durations, counted as no more than so many.</summary>
    public DurationStatistics AtMost(double count) => Count <= count ? this : new(count, MeanLog, Squares * count / Count);
}
