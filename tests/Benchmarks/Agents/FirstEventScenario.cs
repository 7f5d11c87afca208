using System.Diagnostics;
using DurableAgentTasks.Benchmarks.Engine;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// From the call that runs a step to its first line in the log, with a program that prints at once; beside the bare start of the same
/// program whose first line is read from a pipe.
/// </summary>
internal static class FirstEventScenario
{
    private const int Runs = 200;
    private const int WarmUps = 10;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream");
        ClaudeStream.WriteMessages(stream, messages: 1);
        await using var host = new AgentHost(folder.Path);
        var (steps, bare) = (new List<double>(), new List<double>());
        for (var run = -WarmUps; run < Runs; run++)
        {
            var alone = await BareAsync(host.Agent, stream);
            var step = await host.FirstLineAsync($"first-{run + WarmUps}", stream);
            if (run < 0) continue;
            bare.Add(alone.TotalMilliseconds);
            steps.Add(step.TotalMilliseconds);
        }

        Percentiles.Print("spawn to first event, through the step", steps);
        Percentiles.Print("    the same program started bare, its line from a pipe", bare);
    }

    private static async Task<TimeSpan> BareAsync(string agent, string stream)
    {
        var start = new ProcessStartInfo(agent, ["-p"]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["STREAM"] = stream;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync();
        var elapsed = watch.Elapsed;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return elapsed;
    }
}
