using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>
/// From a line that a step prints to the event a client gets, through a real local host; beside <c>tail -f</c> on a file with the same
/// lines. Each line says when it was printed.
/// </summary>
internal static class EventLatencyScenario
{
    private const int Lines = 2_000;
    private const int WarmUps = 100;

    private static readonly string Printer = $"i=0; while [ $i -lt {Lines} ]; do date +%s%N; sleep 0.01; i=$((i+1)); done";

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        Percentiles.Print("line printed to event received, by SSE", await EventsAsync(folder.Path));
        Percentiles.Print("    the same lines by tail -f", await TailAsync(folder.Path));
    }

    private static async Task<IEnumerable<double>> EventsAsync(string folder)
    {
        var workspace = Directory.CreateDirectory(Path.Combine(folder, "workspace")).FullName;
        await using var host = await LocalHostProcess.StartAsync(Path.Combine(folder, "data"), CancellationToken.None);
        using var started = await host.Http.PostAsJsonAsync("/api/tasks", ShellTask.Of("latency", workspace, Printer));
        started.EnsureSuccessStatusCode();
        await using var body = await host.Http.GetStreamAsync("/api/tasks/latency/events");
        var late = new List<double>();
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            if (item.EventType == "end") break;
            if (item.EventType != "log") continue;
            var received = DateTime.UtcNow;
            var line = JsonSerializer.Deserialize<JsonElement>(item.Data);
            if (line.GetProperty("stream").GetString() == "stdout") late.Add(Late(received, line.GetProperty("text").GetString()!));
        }

        if (late.Count != Lines) throw new InvalidOperationException($"{late.Count} of {Lines} lines came.\n{host.Output}");
        return late.Skip(WarmUps);
    }

    private static async Task<IEnumerable<double>> TailAsync(string folder)
    {
        var output = Path.Combine(folder, "printed");
        await File.WriteAllBytesAsync(output, []);
        using var tail = Process.Start(new ProcessStartInfo("tail", ["-f", output]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var printer = Process.Start("/bin/sh", ["-c", $"({Printer}) > \"$1\"", "sh", output]);
        var late = new List<double>();
        while (late.Count < Lines && await tail.StandardOutput.ReadLineAsync() is { } line) late.Add(Late(DateTime.UtcNow, line));
        tail.Kill();
        await printer.WaitForExitAsync();
        return late.Skip(WarmUps);
    }

    /// <param name="received">When it came.</param>
    /// <param name="printed">Nanoseconds since 1970.</param>
    private static double Late(DateTime received, string printed) =>
        ((received - DateTime.UnixEpoch).Ticks - (long.Parse(printed, CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick)) / (double)TimeSpan.TicksPerMillisecond;
}
