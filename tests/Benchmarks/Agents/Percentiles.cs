namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>How late most are, and how late the last ones.</summary>
internal static class Percentiles
{
    public static void Print(string what, IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        Console.WriteLine($"{what,-58} p50 {At(0.5),8:F2} ms   p99 {At(0.99),8:F2} ms   [{sorted[0]:F2} .. {sorted[^1]:F2}] of {sorted.Length:N0}");

        double At(double share) => sorted[(int)(share * (sorted.Length - 1))];
    }
}
