using System.Diagnostics;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>100,000 instances that have ended and 10,000 that live: queries, memory, start-up.</summary>
internal static class InstanceScenario
{
    private const int Ended = 100_000;
    private const int Living = 10_000;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var empty = MemoryBytes();
        await FirstLifeAsync(folder.Path, empty);
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        Console.WriteLine($"on disk: {files / 1e6:F0} MB");
        await SecondLifeAsync(folder.Path, empty);
    }

    private static async Task FirstLifeAsync(string folder, long empty)
    {
        await using var engine = await BenchmarkProgram.StartAsync(folder);
        await FillAsync(engine);
        Console.WriteLine($"{Ended:N0} ended and {Living:N0} living instances: {(MemoryBytes() - empty) / 1e6:F0} MB");
        await QueriesAsync(engine);
    }

    private static async Task SecondLifeAsync(string folder, long empty)
    {
        var watch = Stopwatch.StartNew();
        await using var engine = await BenchmarkProgram.StartAsync(folder);
        Console.WriteLine($"start-up: {watch.ElapsedMilliseconds} ms; {(MemoryBytes() - empty) / 1e6:F0} MB after it");
        await QueriesAsync(engine);
    }

    private static async Task FillAsync(DurableEngine engine)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Ended, new ParallelOptions { MaxDegreeOfParallelism = 500 }, async (i, _) =>
            await BenchmarkProgram.RunAsync(engine, BenchmarkProgram.Sequence, $"ended-{i}", 1));
        await Parallel.ForAsync(0, Living, new ParallelOptions { MaxDegreeOfParallelism = 500 }, async (i, token) =>
            await engine.Client.StartAsync(BenchmarkProgram.Park, $"living-{i}", "0", token));
        Console.WriteLine($"filled in {watch.Elapsed.TotalSeconds:F1} s");
    }

    private static async Task QueriesAsync(DurableEngine engine)
    {
        var client = engine.Client;
        await PrintAsync("newest 100", () => client.QueryAsync(new InstanceQuery { Payloads = true }, default));
        await PrintAsync("newest 100 running", () => client.QueryAsync(new InstanceQuery { Statuses = [RuntimeStatus.Running] }, default));
        await PrintAsync("newest 100 completed, with payloads", () => client.QueryAsync(new InstanceQuery { Statuses = [RuntimeStatus.Completed], Payloads = true }, default));
        await PrintAsync("failed (none: scans all)", () => client.QueryAsync(new InstanceQuery { Statuses = [RuntimeStatus.Failed] }, default));
        await PrintAsync("one by id", () => client.GetAsync("ended-5", payloads: true, default));
    }

    private static async Task PrintAsync(string what, Func<Task> query) =>
        Measure.Print($"  query: {what}", await Measure.RunsAsync(warmups: 5, runs: 25, _ => query()), ms => $"{ms:F2} ms");

    private static long MemoryBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
