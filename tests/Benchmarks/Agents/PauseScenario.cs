using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// From the call that pauses a task to the moment in which its program has heard that it is to end, through a real local host; beside
/// <c>kill -INT</c> on the same program started bare.
/// </summary>
internal static class PauseScenario
{
    private const int Runs = 50;
    private const int WarmUps = 3;

    private const string Program = "trap 'date +%s%N > asked.new; mv asked.new asked; exit 0' INT TERM; : > began; while :; do sleep 0.01; done";

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        await using var host = await LocalHostProcess.StartAsync(Path.Combine(folder.Path, "data"), CancellationToken.None);
        var (paused, bare) = (new List<double>(), new List<double>());
        for (var run = -WarmUps; run < Runs; run++)
        {
            var alone = await BareAsync(FolderOf($"bare-{run + WarmUps}"));
            var task = await PausedAsync(host, $"pause-{run + WarmUps}", FolderOf($"task-{run + WarmUps}"));
            if (run < 0) continue;
            bare.Add(alone);
            paused.Add(task);
        }

        Percentiles.Print("POST /pause to the program's own handler", paused);
        Percentiles.Print("    the same program, by kill -INT", bare);

        string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(folder.Path, name)).FullName;
    }

    private static async Task<double> PausedAsync(LocalHostProcess host, string id, string workspace)
    {
        using var started = await host.Http.PostAsJsonAsync("/api/tasks", ShellTask.Of(id, workspace, Program));
        started.EnsureSuccessStatusCode();
        await UntilAsync(workspace, "began");
        var begin = DateTime.UtcNow;
        using var paused = await host.Http.PostAsJsonAsync($"/api/tasks/{id}/pause", new { mode = "stop" });
        paused.EnsureSuccessStatusCode();
        var heard = await HeardAsync(workspace, begin);
        using var cancelled = await host.Http.PostAsJsonAsync($"/api/tasks/{id}/cancel", new { });
        return heard;
    }

    private static async Task<double> BareAsync(string folder)
    {
        using var program = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Program]) { WorkingDirectory = folder })!;
        await UntilAsync(folder, "began");
        var begin = DateTime.UtcNow;
        using var kill = Process.Start("kill", ["-INT", program.Id.ToString(CultureInfo.InvariantCulture)]);
        var heard = await HeardAsync(folder, begin);
        await program.WaitForExitAsync();
        return heard;
    }

    private static async Task<double> HeardAsync(string folder, DateTime begin)
    {
        await UntilAsync(folder, "asked");
        var asked = long.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "asked")), CultureInfo.InvariantCulture);
        return ((asked / TimeSpan.NanosecondsPerTick) - (begin - DateTime.UnixEpoch).Ticks) / (double)TimeSpan.TicksPerMillisecond;
    }

    private static async Task UntilAsync(string folder, string file)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!File.Exists(Path.Combine(folder, file))) await tick.WaitForNextTickAsync();
    }
}
