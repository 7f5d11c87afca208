using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Tests.Pruning;

public sealed class PruneTests
{
    private const int Limit = 120_000;
    private const int Large = 1_000_000;

    private static readonly WorkspaceOptions NoGrace = new() { ObjectGrace = TimeSpan.Zero };

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pruning_frees_what_nothing_else_needs_and_only_that(bool repository)
    {
        using var scene = new Scene(repository);
        using var workspace = await scene.OpenAsync(options: NoGrace);
        var snapshots = await TakeAsync(scene, workspace, 5);
        var before = Size(scene);

        var report = await workspace.PruneAsync(Commits(snapshots[0], snapshots[4]), Scene.Cancellation);

        Assert.Equal([2, 3, 4], report.Snapshots);
        Assert.True(report.Bytes > 3 * Large, $"{report.Bytes} bytes");
        Assert.True(before - Size(scene) >= report.Bytes);
        Assert.Equal(0, report.Waiting);
        await workspace.RestoreAsync(snapshots[0]);
        await workspace.RestoreAsync(snapshots[4]);
        Assert.Equal(snapshots[4].Tree, (await workspace.SnapshotAsync()).Tree);
    }

    [Theory(Timeout = Limit)]
    [InlineData("blob")]
    [InlineData("tree")]
    [InlineData("commit")]
    public async Task A_snapshot_that_has_lost_an_object_goes_like_any_other(string kind)
    {
        using var scene = new Scene();
        using (var workspace = await scene.OpenAsync(options: NoGrace))
        {
            var snapshots = await TakeAsync(scene, workspace, 4);
            Lose(snapshots[1]);
            Lose(snapshots[3]);

            var report = await workspace.PruneAsync(Commits(snapshots[2], snapshots[3]), Scene.Cancellation);

            Assert.Equal([1, 2], report.Snapshots);
            Assert.True(report.Bytes + (await workspace.PruneAsync(Commits(snapshots[2]), Scene.Cancellation)).Bytes > Large);
            Lose(await workspace.SnapshotAsync());
        }

        await scene.DeleteAsync();

        Assert.Empty(scene.Git("for-each-ref", "refs/agent-tasks"));
        Assert.False(Directory.Exists(Path.Combine(scene.Data, Scene.Task.Value)));

        void Lose(Snapshot snapshot)
        {
            var lost = kind switch { "blob" => scene.Git("rev-parse", $"{snapshot.Commit}:large"), "tree" => snapshot.Tree, _ => snapshot.Commit };
            File.Delete(scene.Full($".git/objects/{lost[..2]}/{lost[2..]}"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_user_has_come_to_use_stays()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(options: NoGrace);
        var snapshots = await TakeAsync(scene, workspace, 4);
        await workspace.RestoreAsync(snapshots[0]);
        scene.Git("add", "-A");
        scene.Git("commit", "--quiet", "-m", "the content of the first");
        await workspace.RestoreAsync(snapshots[1]);
        scene.Git("add", "-A");
        await workspace.RestoreAsync(snapshots[2]);
        scene.Git("stash", "--quiet", "--include-untracked");
        scene.Write("dropped", "the user may want it back");
        var dropped = scene.Git("hash-object", "-w", "dropped");
        File.Delete(scene.Full("dropped"));

        var report = await workspace.PruneAsync(new HashSet<string>(), Scene.Cancellation);

        Assert.True(report.Objects > 0);
        scene.Git("fsck", "--strict", "--no-dangling");
        scene.Git("stash", "pop", "--quiet");
        Assert.Equal("blob", scene.Git("cat-file", "-t", dropped));
        Assert.NotNull(await workspace.SnapshotAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Objects_within_the_grace_wait_for_the_next_pruning()
    {
        using var scene = new Scene();
        using (var workspace = await scene.OpenAsync())
        {
            var snapshots = await TakeAsync(scene, workspace, 3);
            var report = await workspace.PruneAsync(Commits(snapshots[2]), Scene.Cancellation);
            Assert.Equal(0, report.Objects);
            Assert.True(report.Waiting > 0);
        }

        using var later = await scene.OpenAsync(options: NoGrace);
        var freed = await later.PruneAsync(Commits(await later.SnapshotAsync()), Scene.Cancellation);
        Assert.True(freed.Bytes > 2 * Large, $"{freed.Bytes} bytes");
    }

    [Fact(Timeout = Limit)]
    public async Task The_users_garbage_collection_takes_nothing_of_a_snapshot()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(options: NoGrace);
        var snapshots = await TakeAsync(scene, workspace, 3);
        scene.Git("gc", "--quiet", "--prune=now");
        await workspace.RestoreAsync(snapshots[0]);
        Assert.Equal(snapshots[0].Tree, (await workspace.SnapshotAsync()).Tree);
        await workspace.PruneAsync(Commits(snapshots[0]), Scene.Cancellation);
        scene.Git("gc", "--quiet", "--prune=now");
        Assert.Empty((await workspace.RestoreAsync(snapshots[0])).Differing);
    }

    [Fact(Timeout = Limit)]
    public async Task Git_that_is_ended_on_the_way_leaves_no_lock_in_the_users_repository()
    {
        using var scene = new Scene();
        List<Snapshot> snapshots;
        using (var workspace = await scene.OpenAsync()) snapshots = await TakeAsync(scene, workspace, 2);
        var (git, locked) = (Path.Combine(scene.Folder, "git-that-locks"), scene.Full(".git/packed-refs.lock"));
        File.WriteAllText(git, $"#!/bin/sh\ncase \"$*\" in *update-ref*) trap 'rm {locked}; exit 143' TERM; touch {locked}; while :; do sleep 0.02; done;; esac\nexec git \"$@\"\n");
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        using var slow = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = git });
        using var stops = new CancellationTokenSource();

        var pruning = slow.PruneAsync(Commits(snapshots[1]), stops.Token);
        using (var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5)))
        {
            while (!File.Exists(locked)) await tick.WaitForNextTickAsync(Scene.Cancellation);
        }

        await stops.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pruning);
        Assert.False(File.Exists(locked));
    }

    /// <summary>What the user's git has packed is freed by it too, as everything that nothing refers to: at once if asked, else after two weeks.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("inPlace", true)]
    [InlineData("inPlace", false)]
    [InlineData("worktree", false)]
    [InlineData("clone", false)]
    public async Task What_a_garbage_collection_has_packed_is_freed_by_the_next_one(string kind, bool atOnce)
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(SourceOf(scene, kind), NoGrace);
        if (kind != "inPlace") scene.Root = workspace.Root;
        var snapshots = await TakeAsync(scene, workspace, 3);
        scene.Git("gc", "--quiet");
        Assert.True(ObjectBytes(scene) > 3 * Large);

        var report = await workspace.PruneAsync(Commits(snapshots[2]), Scene.Cancellation);
        Assert.Equal((2, 0), (report.Snapshots.Count, report.Waiting));
        if (!atOnce) Scene.Run("find", Packs(scene), ".", "-type", "f", "-exec", "touch", "-d", "3 weeks ago", "{}", "+");
        scene.Git(["gc", "--quiet", .. atOnce ? ["--prune=now"] : Array.Empty<string>()]);

        Assert.InRange(ObjectBytes(scene), Large, (2 * Large) - 1);
        Assert.Empty((await workspace.RestoreAsync(snapshots[2])).Differing);
        scene.Git("fsck", "--strict", "--no-dangling");
    }

    private static WorkspaceSource SourceOf(Scene scene, string kind) => kind switch
    {
        "worktree" => new WorkspaceSource.Worktree(scene.User),
        "clone" => new WorkspaceSource.Cloned(scene.User, Ref: null),
        _ => new WorkspaceSource.InPlace(scene.User),
    };

    private static string Packs(Scene scene) => Path.GetFullPath(scene.Git("rev-parse", "--git-path", "objects/pack"), scene.Root ?? scene.User);

    /// <summary>Of all objects, packed or not.</summary>
    private static long ObjectBytes(Scene scene) =>
        new DirectoryInfo(Path.GetDirectoryName(Packs(scene))!).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static HashSet<string> Commits(params IEnumerable<Snapshot> snapshots) => [.. snapshots.Select(snapshot => snapshot.Commit)];

    private static async Task<List<Snapshot>> TakeAsync(Scene scene, Workspace workspace, int count)
    {
        var random = new Random(4);
        var bytes = new byte[Large];
        var snapshots = new List<Snapshot>();
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            await File.WriteAllBytesAsync(scene.Full("large"), bytes, Scene.Cancellation);
            snapshots.Add(await workspace.SnapshotAsync());
        }

        return snapshots;
    }

    private static long Size(Scene scene, string? folder = null) =>
        new DirectoryInfo(folder ?? scene.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    [Theory(Timeout = Limit)]
    [InlineData("blob")]
    [InlineData("tree")]
    public async Task A_kept_snapshot_that_has_lost_an_object_does_not_keep_others_from_being_freed(string kind)
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(options: NoGrace);
        var snapshots = await TakeAsync(scene, workspace, 4);
        var lost = kind == "tree" ? snapshots[1].Tree : scene.Git("rev-parse", $"{snapshots[1].Commit}:large");
        File.Delete(scene.Full($".git/objects/{lost[..2]}/{lost[2..]}"));

        var report = await workspace.PruneAsync(Commits(snapshots[1], snapshots[3]), Scene.Cancellation);

        Assert.True(report.Bytes > 2 * Large, $"{report.Bytes} bytes");
        await workspace.RestoreAsync(snapshots[3]);
    }

    [Fact(Timeout = Limit)]
    public async Task In_a_plain_folder_what_a_forgotten_snapshot_had_is_freed_too()
    {
        using var scene = new Scene(repository: false);
        using var workspace = await scene.OpenAsync(options: NoGrace);
        var snapshots = await TakeAsync(scene, workspace, 4);
        var objects = Path.Combine(scene.Data, Scene.Task.Value, "git", "objects");
        foreach (var snapshot in snapshots) File.Delete(Path.Combine(objects, snapshot.Tree[..2], snapshot.Tree[2..]));
        await Assert.ThrowsAsync<GitException>(() => workspace.BundleAsync(snapshots[3], basis: null, Stream.Null, Scene.Cancellation));
        var kept = await workspace.SnapshotAsync();

        await workspace.PruneAsync(Commits(kept), Scene.Cancellation);

        Assert.InRange(Size(scene, objects), Large, (2 * Large) - 1);
        await workspace.RestoreAsync(kept);
    }

    [Fact(Timeout = Limit)]
    public async Task Git_that_is_killed_while_it_looks_makes_no_snapshot_forgotten()
    {
        using var scene = new Scene();
        List<Snapshot> snapshots;
        using (var workspace = await scene.OpenAsync()) snapshots = await TakeAsync(scene, workspace, 2);
        var killed = ScriptedGit.Make(scene, """case "$1" in pack-objects|rev-list) cat >/dev/null; kill -9 $$;; esac""");

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = killed }))
            await Assert.ThrowsAsync<GitException>(() => workspace.BundleAsync(snapshots[1], basis: null, Stream.Null, Scene.Cancellation));

        Assert.Equal($"{snapshots[0].Ref}\n{snapshots[1].Ref}", scene.Git("for-each-ref", "--format=%(refname)", "refs/agent-tasks"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_restore_has_saved_is_not_forgotten_though_an_object_of_it_is_lost()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        scene.Write("a", "first");
        scene.Write("b", "first");
        var wanted = await workspace.SnapshotAsync();
        scene.Write("a", "second");
        scene.Write("b", "second, too");
        var restored = Assert.IsType<RestoreOutcome.Restored>(await workspace.RestoreAsync(wanted.Commit, new(Scene.At), Scene.Cancellation));
        var saved = Assert.Single(restored.Saved);
        var lost = scene.Git("rev-parse", $"{saved.Commit}:a");
        File.Delete(scene.Full($".git/objects/{lost[..2]}/{lost[2..]}"));

        await Assert.ThrowsAsync<GitException>(() => workspace.BundleAsync(saved, basis: null, Stream.Null, Scene.Cancellation));

        Assert.Equal("second, too", scene.Content(saved, "b"));
        Assert.Equal(saved.Commit, scene.Git("rev-parse", saved.Ref));
    }
}
