using DurableAgentTasks.Simulation.Runs;

namespace DurableAgentTasks.Simulation;

/// <summary><c>--seeds N --from S --threads T</c> runs many; <c>--seed S</c> runs one and tells all that happened.</summary>
internal static class Program
{
    private const int ShownFailures = 10;
    private const int ShownLines = 60;

    private static int Main(string[] args)
    {
        if (Read(args) is not { } options)
        {
            Console.Error.WriteLine("[--seeds N] [--from SEED] [--threads T] | --seed SEED");
            return 2;
        }

        return options.TryGetValue("--seed", out var seed)
            ? Tell(seed, int.MaxValue)
            : RunMany(options.GetValueOrDefault("--from", 1), options.GetValueOrDefault("--seeds", 1_000), options.GetValueOrDefault("--threads", Environment.ProcessorCount));
    }

    private static int RunMany(int from, int seeds, int threads)
    {
        var told = DateTime.UtcNow;
        var summary = new SeedRange(from, seeds, threads).Run((done, failed) =>
        {
            if (DateTime.UtcNow - told < TimeSpan.FromSeconds(10)) return;
            told = DateTime.UtcNow;
            Console.WriteLine($"{done:N0} of {seeds:N0} seeds, {failed} failed");
        });
        foreach (var (what, count) in summary.Coverage.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)) Console.WriteLine($"{count,12:N0}  {what}");
        foreach (var seed in summary.Failures.Keys.Take(ShownFailures)) Tell(seed, ShownLines);
        Console.WriteLine($"{summary.Seeds:N0} seeds from {from}, {summary.Failures.Count} failed, {summary.Seeds / summary.Took.TotalSeconds:N0} a second");
        if (summary.Failures.Count > 0) Console.WriteLine($"Failed: {string.Join(' ', summary.Failures.Keys.Take(100))}");
        return summary.Failures.Count == 0 ? 0 : 1;
    }

    private static int Tell(int seed, int lines)
    {
        var trace = new List<string>();
        var violation = SeededRun.Run(seed, new Coverage(), trace);
        Console.WriteLine($"--- seed {seed}{(trace.Count > lines ? $", the last {lines} of {trace.Count} lines" : "")}");
        foreach (var line in trace.TakeLast(lines)) Console.WriteLine(line);
        Console.WriteLine($"--- seed {seed}: {violation ?? "all rules were kept"}");
        return violation is null ? 0 : 1;
    }

    private static Dictionary<string, int>? Read(string[] args)
    {
        var options = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--seeds" or "--from" or "--threads" or "--seed")) return null;
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], out var value) || value < 0) return null;
            options[args[i]] = value;
        }

        return options;
    }
}
