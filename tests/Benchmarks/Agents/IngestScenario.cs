using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Benchmarks.Output;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// What an agent prints on its whole way: its process, the file it prints into, the tail of that, the events, the log, which is stored and
/// numbered. Each round goes beside <c>cat FILE | tee OUT > /dev/null</c>.
/// </summary>
internal static class IngestScenario
{
    public static async Task RunAsync(double gigabytes, int rounds)
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream");
        var lines = ClaudeStream.Write(stream, (long)(gigabytes * 1e9));
        var bytes = new FileInfo(stream).Length;
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}; {bytes / 1e9:F1} GB of stream-json in {lines:N0} lines, {rounds} round(s), medians [best .. worst]");
        await WarmUpAsync(folder.Path);
        var (ingests, tees) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < rounds; round++)
        {
            tees.Add(await TeeAsync(stream));
            ingests.Add(await IngestAsync(stream, lines));
        }

        Print("tee", "MB/s", tees.Select(cost => bytes / 1e6 / cost.Wall.TotalSeconds));
        Print("tee", "MB per second of CPU", tees.Select(cost => bytes / 1e6 / cost.Cpu.TotalSeconds));
        Print("ingest", "MB/s", ingests.Select(cost => bytes / 1e6 / cost.Wall.TotalSeconds));
        Print("ingest", "lines numbered per second", ingests.Select(cost => lines / cost.Wall.TotalSeconds));
        Print("ingest", "MB per second of CPU, the agent's cat too", ingests.Select(cost => bytes / 1e6 / cost.Cpu.TotalSeconds));
        Print("ingest", "MB per second of CPU of the host", ingests.Select(cost => bytes / 1e6 / cost.OwnCpu.TotalSeconds));
        var beside = ingests.Zip(tees).ToList();
        Print("ingest beside tee", "speed", beside.Select(pair => pair.Second.Wall / pair.First.Wall), "F2");
        Print("ingest beside tee", "throughput per core used", beside.Select(pair => pair.Second.Cpu / pair.First.Cpu), "F2");
    }

    /// <summary>A host that runs for days runs code that is long optimised.</summary>
    private static async Task WarmUpAsync(string folder)
    {
        var stream = Path.Combine(folder, "warm-up");
        var lines = ClaudeStream.Write(stream, 200_000_000);
        await using var host = new AgentHost(folder);
        for (var round = 0; round < 3; round++) await host.RunAsync($"warm-up-{round}", stream, lines);
        File.Delete(stream);
    }

    private static async Task<Cost> TeeAsync(string stream)
    {
        using var place = new TemporaryFolder();
        return await Cost.OfAsync(() => OutputRoutes.TeeAsync(stream, place.Path));
    }

    private static async Task<Cost> IngestAsync(string stream, long lines)
    {
        using var place = new TemporaryFolder();
        await using var host = new AgentHost(place.Path);
        var memory = new ResidentMemory();
        var kernel = Environment.CpuUsage.PrivilegedTime;
        var cost = await Cost.OfAsync(() => host.RunAsync("ingest", stream, lines));
        kernel = Environment.CpuUsage.PrivilegedTime - kernel;
        await memory.DisposeAsync();
        Console.WriteLine($"CPU: {cost.OwnCpu.TotalSeconds:F1} s of the host, {kernel.TotalSeconds:F1} s of them in the kernel; {cost.ChildrenCpu.TotalSeconds:F1} s of the agent's cat");
        Console.WriteLine($"resident MB: {string.Join(", ", memory.Looks.Select(look => $"{look.At.TotalSeconds:F0} s {look.Bytes / 1e6:F0}"))}");
        Console.WriteLine($"resident: {memory.Early / 1e6:F0} MB early, {memory.Last / 1e6:F0} MB at the end, grown by {(memory.Last - memory.Early) / 1e6:F0} MB");
        return cost;
    }

    private static void Print(string what, string unit, IEnumerable<double> values, string format = "N0") =>
        Measure.Print($"{what}: {unit}", [.. values.OrderDescending()], value => value.ToString(format));
}
