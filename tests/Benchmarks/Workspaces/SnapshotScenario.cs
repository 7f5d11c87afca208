using System.Diagnostics;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Benchmarks.Workspaces;

/// <summary>
/// A checkpoint of a work tree in which 50 files have changed, beside what git itself needs for the same tree, run by run: the
/// machine's speed drifts, their ratio does not.
/// </summary>
internal static class SnapshotScenario
{
    private const int Changed = 50;
    private const int Lines = 20;

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}; medians [best .. worst]");
        await MeasureAsync(files: 20_000, runs: 15);
        await MeasureAsync(files: 200_000, runs: 5);
    }

    private static async Task MeasureAsync(int files, int runs)
    {
        using var folder = new TemporaryFolder();
        var user = Directory.CreateDirectory(Path.Combine(folder.Path, "user")).FullName;
        for (var i = 0; i < files; i++) Change(user, i, 0);
        Git(user, null, "init", "--quiet", ".");
        Git(user, null, "add", "-A");
        Git(user, null, "commit", "--quiet", "-m", "first");
        var prepared = await Workspace.PrepareAsync(
            TaskId.Parse("bench"), new WorkspaceSource.InPlace(user), Path.Combine(folder.Path, "data"), new WorkspaceOptions(), TimeProvider.System, CancellationToken.None);
        using var workspace = ((PrepareOutcome.Ready)prepared).Workspace;
        var index = Path.Combine(folder.Path, "index");

        Console.WriteLine();
        Console.WriteLine($"{files:N0} files");
        var ours = new List<double>();
        var trees = new List<double>();
        var stashes = new List<double>();
        var commits = new List<double>();
        var first = await TimeAsync(() => SnapshotAsync(workspace));
        Console.WriteLine($"{"first snapshot",-58} {first,13:F1} ms");
        Tree(user, index);
        for (var run = 0; run < runs + 2; run++)
        {
            for (var i = 0; i < Changed; i++) Change(user, ((run * 7_919) + (i * (files / Changed))) % files, run + 1);

            // In turn first and last: whoever is first pays for what the system has not in its cache, and writes the objects.
            if (run % 2 == 0) ours.Add(await TimeAsync(() => SnapshotAsync(workspace)));
            trees.Add(Time(() => Tree(user, index)));
            if (run % 2 == 1) ours.Add(await TimeAsync(() => SnapshotAsync(workspace)));
            stashes.Add(Time(() => Git(user, null, "stash", "create")));
            commits.Add(Time(() => Commit(user)));
        }

        Print("snapshot", ours);
        Print("git add -A; git write-tree (warm index)", trees);
        Print("git stash create", stashes);
        Print("git add -A; git commit", commits);
        PrintRatio("snapshot beside add and write-tree, run by run", ours, trees);
        PrintRatio("snapshot beside stash create, run by run", ours, stashes);
        PrintRatio("snapshot beside add and commit, run by run", ours, commits);
    }

    private static void Change(string user, int file, int version)
    {
        var path = Path.Combine(user, $"d{file % 200}", $"e{file % 7}", $"f{file}.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, Lines).Select(line => $"line {line} of {file} in version {version}\n")));
    }

    private static Task<Snapshot> SnapshotAsync(Workspace workspace) => workspace.SnapshotAsync(new SnapshotRequest(DateTimeOffset.UtcNow), CancellationToken.None);

    private static void Tree(string user, string index)
    {
        Git(user, index, "add", "-A");
        Git(user, index, "write-tree");
    }

    private static void Commit(string user)
    {
        Git(user, null, "add", "-A");
        Git(user, null, "commit", "--quiet", "-m", "next");
    }

    /// <summary>Without the collection that commits start in the background: it would be measured with whatever comes next.</summary>
    private static void Git(string user, string? index, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "gc.auto=0", .. arguments]) { WorkingDirectory = user, UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        if (index is not null) start.Environment["GIT_INDEX_FILE"] = index;
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Bench";
            start.Environment[$"GIT_{who}_EMAIL"] = "bench@example.org";
        }

        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"git {arguments[0]} ended with {process.ExitCode}.");
    }

    private static double Time(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var watch = Stopwatch.StartNew();
        await run();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>The first two are warm-ups.</summary>
    private static void Print(string what, List<double> times) => Measure.Print(what, [.. times.Skip(2).Order()], ms => $"{ms:F1} ms");

    private static void PrintRatio(string what, List<double> times, List<double> reference) =>
        Measure.Print(what, [.. times.Zip(reference, (time, other) => time / other).Skip(2).Order()], ratio => $"{ratio:F2} x");
}
