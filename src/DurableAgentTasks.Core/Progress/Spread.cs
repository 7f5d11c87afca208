namespace DurableAgentTasks.Core.Progress;

/// <summary>Seconds that are expected, and how far they may be from that.</summary>
/// <param name="Expected">The mean.</param>
/// <param name="Down">How much less it may be.</param>
/// <param name="Up">How much more it may be.</param>
public sealed record Spread(double Expected, double Down, double Up)
{
    internal static Spread None { get; } = new(0, 0, 0);

    /// <summary>One after the other, where neither tells about the other: that both last longest is unlikely.</summary>
    internal Spread Then(Spread next) =>
        new(Expected + next.Expected, Math.Sqrt((Down * Down) + (next.Down * next.Down)), Math.Sqrt((Up * Up) + (next.Up * next.Up)));

    /// <summary>Not more than so many seconds, whatever happens.</summary>
    internal Spread Within(double? most)
    {
        if (most is not { } limit) return this;
        var expected = Math.Min(Expected, limit);
        return new(expected, expected - Math.Min(Expected - Down, limit), Math.Min(Expected + Up, limit) - expected);
    }
}
