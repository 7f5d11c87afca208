using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Steps.Agents;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Benchmarks.Output;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>Where the time of <see cref="IngestScenario"/> goes: the stages of the host on a file that is whole already, each alone.</summary>
internal static class IngestStages
{
    private const int Rounds = 5;

    public static async Task RunAsync(double gigabytes)
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream");
        ClaudeStream.Write(stream, (long)(gigabytes * 1e9));
        var size = new FileInfo(stream).Length / 1e9;
        (string Name, Func<string, string, Task> Run)[] stages =
        [
            ("cat | tee OUT > /dev/null", OutputRoutes.TeeAsync),
            ("cat > OUT", CopyAsync),
            ("tail", (input, _) => TailAsync(input, Nothing)),
            ("tail and events", EventsAsync),
            ("tail, events and log", AllAsync),
            ("tail and log", (input, place) => LogAsync(input, place, SecretMask.None)),
            ("tail, mask and log", (input, place) => LogAsync(input, place, SecretMask.Of(["ghp_16C7e42F292c6912E7710c838347Ae178B4a"]))),
        ];
        var costs = stages.Select(_ => new List<double>()).ToArray();
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < stages.Length; i++)
            {
                using var place = new TemporaryFolder();
                var cost = await Cost.OfAsync(() => stages[i].Run(stream, place.Path));
                if (round >= 0) costs[i].Add(cost.Cpu.TotalSeconds / size);
            }
        }

        for (var i = 0; i < stages.Length; i++) Measure.Print($"{stages[i].Name}: s of CPU for a GB", [.. costs[i].Order()], seconds => $"{seconds:F3}");
    }

    private static async Task CopyAsync(string input, string place)
    {
        using var shell = System.Diagnostics.Process.Start("/bin/sh", ["-c", "exec cat \"$1\" > \"$2\"", "sh", input, Path.Combine(place, "out")]);
        await shell.WaitForExitAsync();
    }

    private static Task AllAsync(string input, string place)
    {
        var run = new StepRunFolder(new RunFolder(Directory.CreateDirectory(Path.Combine(place, "run")).FullName), "1.1.1.1");
        File.CreateSymbolicLink(run.Folder.StandardOutput, input);
        var blobs = new FileBlobStore(Path.Combine(place, "blobs"), TimeProvider.System);
        var log = new StepLogs(blobs, new TaskSignals(), TimeProvider.System, NullLogger<StepLogs>.Instance).Of(TaskId.Parse("ingest"), "1.1", SecretMask.None);
        return log.FollowAsync(Reading(run), Task.CompletedTask, static () => { }, CancellationToken.None);
    }

    private static Task EventsAsync(string input, string place)
    {
        var reading = Reading(new StepRunFolder(new RunFolder(place), "1.1.1.1"));
        return TailAsync(input, (_, chunk, offsetAfter, _, _) =>
        {
            reading.See(chunk.Span, offsetAfter);
            return ValueTask.CompletedTask;
        });
    }

    private static AgentReading Reading(StepRunFolder life)
    {
        var agent = AgentCatalog.Create(new AgentOptions { Profiles = { ["claude"] = new AgentProfileOptions() } }).Catalog!.Find("claude")!;
        return new AgentReading(life, agent.Profile, TimeProvider.System, static text => text);
    }

    private static async Task LogAsync(string input, string place, SecretMask mask)
    {
        var blobs = new FileBlobStore(place, TimeProvider.System);
        using var log = await TaskLogWriter.OpenAsync(blobs, TaskId.Parse("ingest"), TimeProvider.System, CancellationToken.None);
        var source = new LogSource("1.1", "1.1.1.1", LogStream.Stdout);
        await TailAsync(input, mask.Before((_, chunk, offsetAfter, end, token) => log.AppendAsync(source, chunk, offsetAfter, end, token)));
    }

    private static Task TailAsync(string input, OutputSink sink) =>
        new OutputTail(OutputStream.StandardOutput, input, 0, sink, TimeProvider.System).RunAsync(Task.CompletedTask, CancellationToken.None);

    private static ValueTask Nothing(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}
