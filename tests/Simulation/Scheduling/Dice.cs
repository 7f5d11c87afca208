namespace DurableAgentTasks.Simulation.Scheduling;

/// <summary>All that is left to chance, from one seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Dice of their own for one concern, so that what is thrown there shifts nothing elsewhere.</summary>
    public Dice Fork() => new(_random.Next());

    /// <param name="probability">0 to 1.</param>
    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>From 0 to below <paramref name="below"/>.</summary>
    public int Next(int below) => _random.Next(below);

    public int Between(int least, int most) => _random.Next(least, most + 1);

    /// <summary>Whole milliseconds, short ones as likely as long ones: evenly on a logarithmic scale.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most)
    {
        var (from, to) = (Math.Max(1, least.TotalMilliseconds), Math.Max(1, most.TotalMilliseconds));
        return TimeSpan.FromMilliseconds(Math.Floor(from * Math.Pow(to / from, _random.NextDouble())));
    }

    public T Pick<T>(params ReadOnlySpan<T> items) => items[_random.Next(items.Length)];
}
