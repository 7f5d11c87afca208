using System.Diagnostics;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>Times of repeated runs; the median is what is quoted.</summary>
internal static class Measure
{
    /// <returns>Milliseconds of each run after the warm-ups, sorted.</returns>
    public static Task<double[]> RunsAsync(int warmups, int runs, Func<int, Task> run) => RunsAsync(warmups, runs, async i =>
    {
        var watch = Stopwatch.StartNew();
        await run(i);
        return watch.Elapsed;
    });

    /// <summary>Like the other, for runs that measure only a part of themselves.</summary>
    public static async Task<double[]> RunsAsync(int warmups, int runs, Func<int, Task<TimeSpan>> run)
    {
        var times = new List<double>(runs);
        for (var i = 0; i < warmups + runs; i++)
        {
            var time = await run(i);
            if (i >= warmups) times.Add(time.TotalMilliseconds);
        }

        times.Sort();
        return [.. times];
    }

    public static double Median(double[] sorted) => sorted[sorted.Length / 2];

    public static void Print(string what, double[] sorted, Func<double, string> show) =>
        Console.WriteLine($"{what,-58} {show(Median(sorted)),16}   [{show(sorted[0])} .. {show(sorted[^1])}]");
}

/// <summary>A folder of this run, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dat-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
