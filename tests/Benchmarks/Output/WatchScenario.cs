using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Watching;
using DurableAgentTasks.Benchmarks.Engine;

namespace DurableAgentTasks.Benchmarks.Output;

/// <summary>What it costs to watch a run: a sample of its tree every few seconds, a walk through its workspace when it seems to idle.</summary>
internal static class WatchScenario
{
    private const int Files = 100_000;

    public static async Task RunAsync(string folder)
    {
        var process = await OutputRoutes.StartAsync(folder, "/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; wait");
        var samples = await Measure.RunsAsync(warmups: 20, runs: 200, _ =>
        {
            process.Sample();
            return Task.CompletedTask;
        });
        Measure.Print($"sample of a tree of 10 among {ProcessTable.Current.List(long.MaxValue).Count} processes", samples, ms => $"{ms:F2} ms");
        process.StopNow(new StopCause("benchmark", "measured"));
        await process.Completion;

        var workspace = Path.Combine(folder, "workspace");
        for (var i = 0; i < Files; i++)
        {
            if (i % 100 == 0) Directory.CreateDirectory(Path.Combine(workspace, $"{i / 100}"));
            File.Create(Path.Combine(workspace, $"{i / 100}", $"{i}")).Dispose();
        }

        var looks = new List<double>();
        using (var walk = new FolderWalk(workspace, DateTimeOffset.MaxValue))
        {
            for (var whole = false; !whole;)
            {
                var watch = Stopwatch.StartNew();
                whole = walk.Step(RunWatch.EntriesPerLook);
                looks.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        Measure.Print($"look at {RunWatch.EntriesPerLook:N0} files of a workspace", [.. looks.Order()], ms => $"{ms:F0} ms");
    }
}
