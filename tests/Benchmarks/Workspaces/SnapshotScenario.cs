using System.Diagnostics;
using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Benchmarks.Workspaces;

/// <summary>
/// A checkpoint of a work tree in which 50 files have changed, beside what git itself needs for the same tree, run by run: the
/// machine's speed drifts, their ratio does not. What writes the user's own index works on a copy of the tree: a checkpoint looks at the
/// ignore rules anew when that has changed, which is measured by itself.
/// </summary>
internal static class SnapshotScenario
{
    private const int Changed = 50;
    private const int Lines = 20;

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}; medians [best .. worst]");
        await MeasureAsync(files: 20_000, runs: 30);
        await MeasureAsync(files: 200_000, runs: 6);
    }

    private static async Task MeasureAsync(int files, int runs)
    {
        using var folder = new TemporaryFolder();
        string[] users = [Path.Combine(folder.Path, "user"), Path.Combine(folder.Path, "copy")];
        foreach (var each in users)
        {
            for (var i = 0; i < files; i++) Change(each, i, 0);
            Git(each, null, "init", "--quiet", ".");
            Git(each, null, "add", "-A");
            Git(each, null, "commit", "--quiet", "-m", "first");
        }

        var (user, copy) = (users[0], users[1]);
        var prepared = await Workspace.PrepareAsync(
            TaskId.Parse("bench"), new WorkspaceSource.InPlace(user), Path.Combine(folder.Path, "data"), new WorkspaceOptions(), TimeProvider.System, CancellationToken.None);
        using var workspace = ((PrepareOutcome.Ready)prepared).Workspace;
        var index = Path.Combine(folder.Path, "index");

        Console.WriteLine();
        Console.WriteLine($"{files:N0} files");
        var ours = new Series("snapshot");
        var trees = new Series("git add -A; git write-tree (warm index)");
        var stashes = new Series("git stash create");
        var commits = new Series("git add -A; git commit");
        var afterUser = new Series("snapshot after the user has staged a file");
        Snapshot last = null!;
        var first = new Series("first snapshot");
        await first.AddAsync(async () => last = await SnapshotAsync(workspace));
        first.Print();
        Tree(user, index);
        var (ourBundles, theirBundles) = (0L, 0L);
        for (var run = 0; run < runs + Series.WarmUps; run++)
        {
            foreach (var each in users) ChangeSome(each, files, run);

            // In turn first and last: whoever is first pays for what the system has not in its cache, and writes the objects.
            var before = last;
            if (run % 2 == 0) await ours.AddAsync(async () => last = await SnapshotAsync(workspace));
            trees.Add(() => Tree(user, index));
            if (run % 2 == 1) await ours.AddAsync(async () => last = await SnapshotAsync(workspace));
            stashes.Add(() => Git(copy, null, "stash", "create"));
            commits.Add(() => Commit(copy));
            ourBundles += await BundleAsync(workspace, last, before.Commit);
            theirBundles += BundleOfLastCommit(copy, Path.Combine(folder.Path, "theirs.bundle"));
        }

        for (var run = 0; run < runs + Series.WarmUps; run++)
        {
            ChangeSome(user, files, runs + Series.WarmUps + run);
            Git(user, null, "add", "d0/e0/f0.txt");
            await afterUser.AddAsync(() => SnapshotAsync(workspace));
        }

        foreach (var series in new[] { ours, trees, stashes, commits, afterUser }) series.Print();
        await PrintMemoryAsync(files, user, copy, index, workspace, runs + Series.WarmUps);
        ours.PrintBeside(trees);
        ours.PrintBeside(stashes);
        ours.PrintBeside(commits);
        Console.WriteLine($"{"incremental bundles beside git bundle create",-58} {(double)ourBundles / theirBundles,13:F2} x   {ourBundles:N0} bytes, {theirBundles:N0} bytes");
    }

    /// <summary>Measured by itself: looking takes a core, and allocates.</summary>
    private static async Task PrintMemoryAsync(int files, string user, string copy, string index, Workspace workspace, int run)
    {
        var (ours, trees) = (new List<double>(), new List<double>());
        var (stashes, commits) = (new List<double>(), new List<double>());
        var allocated = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            ChangeSome(user, files, (2 * run) + (2 * i));
            ours.Add(await ChildMemory.PeakAsync(() => SnapshotAsync(workspace)));
            trees.Add(await ChildMemory.PeakAsync(() => Task.Run(() => Tree(user, index))));
            ChangeSome(copy, files, (2 * run) + (2 * i));
            stashes.Add(await ChildMemory.PeakAsync(() => Task.Run(() => Git(copy, null, "stash", "create"))));
            commits.Add(await ChildMemory.PeakAsync(() => Task.Run(() => Commit(copy))));

            ChangeSome(user, files, (2 * run) + (2 * i) + 1);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await SnapshotAsync(workspace);
            allocated.Add(GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Measure.Print("memory of the git processes of a snapshot, together", [.. ours.Order()], bytes => $"{bytes / 1e6:F1} MB");
        Measure.Print("memory of git add -A; git write-tree", [.. trees.Order()], bytes => $"{bytes / 1e6:F1} MB");
        Measure.Print("memory of git stash create", [.. stashes.Order()], bytes => $"{bytes / 1e6:F1} MB");
        Measure.Print("memory of git add -A; git commit", [.. commits.Order()], bytes => $"{bytes / 1e6:F1} MB");
        Measure.Print("allocated by ours", [.. allocated.Order()], bytes => $"{bytes / 1e6:F1} MB");
    }

    private static void ChangeSome(string user, int files, int run)
    {
        for (var i = 0; i < Changed; i++) Change(user, ((run * 7_919) + (i * (files / Changed))) % files, run + 1);
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

    private static async Task<long> BundleAsync(Workspace workspace, Snapshot snapshot, string basis)
    {
        using var bundle = new MemoryStream();
        await workspace.BundleAsync(snapshot, basis, bundle, CancellationToken.None);
        return bundle.Length;
    }

    private static long BundleOfLastCommit(string user, string file)
    {
        Git(user, null, "bundle", "create", "--quiet", file, "HEAD~1..HEAD");
        return new FileInfo(file).Length;
    }

    /// <summary>What one way of doing it took, run by run, with the bytes that it and its children caused to be written. The first two runs are warm-ups.</summary>
    private sealed class Series(string what)
    {
        public const int WarmUps = 2;

        private readonly List<double> _times = [];
        private readonly List<double> _written = [];

        public void Add(Action run) => AddAsync(() =>
        {
            run();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

        public async Task AddAsync(Func<Task> run)
        {
            var before = Written();
            var watch = Stopwatch.StartNew();
            await run();
            _times.Add(watch.Elapsed.TotalMilliseconds);
            _written.Add(Written() - before);
        }

        public void Print()
        {
            var skip = _times.Count > 1 ? WarmUps : 0;
            Measure.Print(what, [.. _times.Skip(skip).Order()], ms => $"{ms:F1} ms");
            Console.WriteLine($"{"",-58} {Measure.Median([.. _written.Skip(skip).Order()]) / 1e6,13:F2} MB written");
        }

        /// <summary>Two runs together: in one of them this was first, in the other the other.</summary>
        public void PrintBeside(Series other)
        {
            var ours = _times.Skip(WarmUps).Chunk(2).Select(Enumerable.Sum);
            var theirs = other._times.Skip(WarmUps).Chunk(2).Select(Enumerable.Sum);
            Measure.Print($"{what} beside {other.Name}", [.. ours.Zip(theirs, (time, their) => time / their).Order()], ratio => $"{ratio:F2} x");
        }

        private string Name => what;

        /// <summary>https://man7.org/linux/man-pages/man5/proc_pid_io.5.html; what ended children wrote is in it.</summary>
        private static double Written() => OperatingSystem.IsLinux()
            ? double.Parse(File.ReadLines("/proc/self/io").Single(line => line.StartsWith("write_bytes:", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)
            : double.NaN;
    }
}
