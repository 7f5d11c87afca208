using System.Diagnostics;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>The engine's scenarios beside the raw flush of the same disk in the same run.</summary>
internal static class EngineScenarios
{
    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}; medians [best .. worst]");
        Console.WriteLine();
        await JournalScenario.RunAsync(folder.Path);
        await using (var engine = await BenchmarkProgram.StartAsync(Path.Combine(folder.Path, "engine")))
        {
            await SequenceAsync(engine, folder.Path);
            await FanOutAsync(engine);
            await ManyAsync(engine);
        }

        await RecoveryScenario.RunAsync(steps: 10_000, runs: 5);
    }

    /// <summary>Each run beside raw flushes of the moment before: the machine's speed drifts, their ratio does not.</summary>
    private static async Task SequenceAsync(DurableAgentTasks.Engine.DurableEngine engine, string folder)
    {
        foreach (var steps in new[] { 100, 1_000, 10_000 })
        {
            var raw = new List<double>();
            var ratios = new List<double>();
            var times = await Measure.RunsAsync(warmups: 3, runs: steps > 1_000 ? 5 : 25, async i =>
            {
                raw.Add(Measure.Median(RawDisk.FlushTimes(folder, records: 1, runs: 200)));
                var watch = Stopwatch.StartNew();
                await BenchmarkProgram.RunAsync(engine, BenchmarkProgram.Sequence, $"w1-{steps}-{i}", steps);
                ratios.Add(watch.Elapsed.TotalMilliseconds / steps / raw[^1]);
                return watch.Elapsed;
            });
            Measure.Print($"W1: {steps:N0} activities in sequence, per step", times, ms => $"{ms / steps:F3} ms");
            Measure.Print("    beside the raw flush of the moment before", [.. raw.Skip(3).Order()], ms => $"{ms:F3} ms");
            Measure.Print("    ratio, run by run", [.. ratios.Skip(3).Order()], ratio => $"{ratio:F2} x");
        }
    }

    private static async Task FanOutAsync(DurableAgentTasks.Engine.DurableEngine engine)
    {
        var times = await Measure.RunsAsync(
            warmups: 5, runs: 15, i => BenchmarkProgram.RunAsync(engine, BenchmarkProgram.FanOut, $"w2-{i}", 1_000));
        Measure.Print("W2: fan-out of 1,000 activities and join", times, ms => $"{ms:F1} ms");
    }

    private static async Task ManyAsync(DurableAgentTasks.Engine.DurableEngine engine)
    {
        const int Count = 1_000;
        var times = await Measure.RunsAsync(warmups: 5, runs: 15, i => Task.WhenAll(
            Enumerable.Range(0, Count).Select(n => BenchmarkProgram.RunAsync(engine, BenchmarkProgram.Sequence, $"w3-{i}-{n}", 5))));
        Measure.Print("W3: 1,000 orchestrations of 5 activities at once", times, ms => $"{Count / ms * 1_000:N0} /s");
    }
}
