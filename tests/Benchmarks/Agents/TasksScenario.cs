using System.Diagnostics;
using DurableAgentTasks.Benchmarks.Engine;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>Ten tasks that stream at once: how fast together, and whether one is served worse than another.</summary>
internal static class TasksScenario
{
    private const int Tasks = 10;
    private const long BytesEach = 200_000_000;
    private const int Rounds = 3;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream");
        var lines = ClaudeStream.Write(stream, BytesEach);
        var (speeds, fairness) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            using var place = new TemporaryFolder();
            await using var host = new AgentHost(place.Path);
            var memory = new ResidentMemory();
            var watch = Stopwatch.StartNew();
            var times = await Task.WhenAll(Enumerable.Range(0, Tasks).Select(async task =>
            {
                await host.RunAsync($"task-{task}", stream, lines);
                return watch.Elapsed;
            }));
            await memory.DisposeAsync();
            if (round < 0) continue;
            speeds.Add(Tasks * BytesEach / 1e6 / times.Max().TotalSeconds);
            fairness.Add(times.Max() / times.Min());
            Console.WriteLine($"resident: {memory.Early / 1e6:F0} MB early, {memory.Last / 1e6:F0} MB at the end");
        }

        Measure.Print($"{Tasks} tasks at once, {BytesEach / 1e6:F0} MB each: MB/s together", [.. speeds.OrderDescending()], speed => $"{speed:N0}");
        Measure.Print("    slowest beside fastest", [.. fairness.Order()], ratio => $"{ratio:F2} x");
    }
}
