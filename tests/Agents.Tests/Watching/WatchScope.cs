using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Watching;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Watching;

/// <summary>A watch on a manual clock, over a tree that only exists on paper and a workspace that exists.</summary>
internal sealed class WatchScope : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dat-watch-").FullName;

    public WatchScope(WatchLimits limits, int entriesPerLook = RunWatch.EntriesPerLook)
    {
        Workspace = Directory.CreateDirectory(Path.Combine(_folder, "workspace")).FullName;
        RunFolder = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName;
        Directory.SetLastWriteTimeUtc(Workspace, DateTime.UnixEpoch);
        Watch = new RunWatch(() => Usage, Workspace, RunFolder, limits, Time, entriesPerLook);
    }

    public ManualTimeProvider Time { get; } = new();

    public TreeUsage Usage { get; set; } = new(TimeSpan.Zero, 0, 1);

    public string Workspace { get; }

    public string RunFolder { get; }

    public RunWatch Watch { get; }

    public DateTimeOffset Began { get; } = new ManualTimeProvider().GetUtcNow();

    public void UseCpu(double seconds) => Usage = Usage with { CpuTime = Usage.CpuTime + TimeSpan.FromSeconds(seconds) };

    /// <summary>Changes a file of the workspace, as of now.</summary>
    public void Touch(string name = "file")
    {
        var path = Path.Combine(Workspace, name);
        if (!File.Exists(path)) File.WriteAllText(path, "");
        File.SetLastWriteTimeUtc(path, Time.GetUtcNow().UtcDateTime);
        // Of a new file its folder tells too, but on the real clock.
        Directory.SetLastWriteTimeUtc(Workspace, DateTime.UnixEpoch);
    }

    /// <summary>Lets time pass with a look every 5 s, until something is found.</summary>
    public (WatchVerdict? Verdict, IdleWarning? Warning) Pass(double seconds)
    {
        for (var end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds); Time.GetUtcNow() < end;)
        {
            Time.Advance(TimeSpan.FromSeconds(5));
            if (Watch.Look() is var found && (found.Verdict is not null || found.Warning is not null)) return found;
        }

        return (null, null);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
