using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;
using DurableAgentTasks.Workspaces.Tests.Killing;

namespace DurableAgentTasks.Workspaces.Tests.Restoring;

/// <summary>Restores that fail on the way, and what they had saved until then.</summary>
public sealed class FailedRestoreTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task On_a_full_disk_the_tree_is_as_it_was_and_nobody_finishes_it_later()
    {
        using var scene = new Scene();
        var full = GitOnAFullDisk(scene, firstCalls: 1);
        for (var i = 0; i < 20; i++) scene.Write($"a{i}", "first");
        scene.Write("large", new string('x', 3_000_000));
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = await workspace.SnapshotAsync();
            for (var i = 0; i < 20; i++) scene.Write($"a{i}", "second");
            File.Delete(scene.Full("large"));
            File.Delete(scene.Full("a7"));
            scene.Write("new", "second");
            scene.Write(".gitignore", "ignored\n");
            scene.Write("ignored", "stays");
        }

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = full }))
        {
            var failed = await Assert.ThrowsAsync<GitException>(() => workspace.RestoreAsync(wanted));
            Assert.Contains("The tree is as it was", failed.Message, StringComparison.Ordinal);
        }

        using var next = await scene.OpenAsync();
        Assert.Equal(("second", "second", "stays"), (scene.Read("a0"), scene.Read("new"), scene.Read("ignored")));
        Assert.Equal((false, false), (scene.Exists("large"), scene.Exists("a7")));

        await next.RestoreAsync(wanted);
        Assert.Equal(("first", 3_000_000, false), (scene.Read("a7"), scene.Read("large").Length, scene.Exists("new")));
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_in_the_way_is_back_where_it_was()
    {
        using var scene = new Scene();
        var full = GitOnAFullDisk(scene, firstCalls: 1);
        scene.Write("config", "first");
        scene.Write("large", new string('x', 3_000_000));
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = await workspace.SnapshotAsync();
            File.Delete(scene.Full("large"));
            scene.Write(".gitignore", "config\n");
            scene.Write("config", "edited");
        }

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = full }))
        {
            await Assert.ThrowsAsync<GitException>(() => workspace.RestoreAsync(wanted));
        }

        Assert.Equal(("edited", false, false), (scene.Read("config"), scene.Exists("config.kept-1"), scene.Exists("large")));
    }

    [Fact(Timeout = Limit)]
    public async Task If_the_tree_cannot_be_brought_back_it_says_where_it_is_saved_and_the_workspace_can_be_used()
    {
        using var scene = new Scene();
        var full = GitOnAFullDisk(scene, firstCalls: 3);
        scene.Write("large", new string('x', 3_000_000));
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = await workspace.SnapshotAsync();
            scene.Write("large", new string('y', 3_000_000));
        }

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = full }))
        {
            var failed = await Assert.ThrowsAsync<GitException>(() => workspace.RestoreAsync(wanted));
            Assert.Contains("half restored", failed.Message, StringComparison.Ordinal);
            Assert.Contains("refs/agent-tasks/fix-login/2", failed.Message, StringComparison.Ordinal);
        }

        using var next = await scene.OpenAsync();
        await next.RestoreAsync(wanted);
        Assert.Equal('x', scene.Read("large")[0]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_killed_restore_has_saved_is_told_by_the_next_one()
    {
        var moments = Enum.GetValues<KillMoment>();
        for (var call = 1; ; call += 5)
        {
            using var scene = new Scene();
            string wanted;
            using (var workspace = await scene.OpenAsync())
            {
                wanted = (await workspace.SnapshotAsync()).Commit;
                scene.Write(".gitignore", "cache\n");
                scene.Write("cache", "costly");
            }

            var killed = Victim.Run(scene, call, moments[call % moments.Length], "restore", wanted);
            using (var workspace = await scene.OpenAsync())
            {
                var restored = Assert.IsType<RestoreOutcome.Restored>(await workspace.RestoreAsync(wanted, new(Scene.At), Scene.Cancellation));
                Assert.False(scene.Exists("cache"));
                Assert.Contains(restored.Saved, saved => scene.Names(saved).Contains("cache") && scene.Content(saved, "cache") == "costly");
                Assert.Contains(restored.Saved, saved => scene.Names(saved).Contains(".gitignore"));

                await workspace.PruneAsync(new HashSet<string> { wanted }, Scene.Cancellation);
                Assert.All(restored.Saved, saved => Assert.NotEmpty(scene.Names(saved)));
                await workspace.ForgetSavedAsync(Scene.Cancellation);
                Assert.Empty((await workspace.RestoreAsync(wanted, new(Scene.At), Scene.Cancellation) as RestoreOutcome.Restored)!.Saved);
            }

            if (!killed) break;
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData("tracked.txt")]
    [InlineData("deleted")]
    [InlineData("new/file")]
    public async Task What_is_written_after_it_was_saved_and_before_git_writes_is_saved_too(string path)
    {
        using var scene = new Scene();
        var late = GitWithAWriter(scene, path);
        scene.Write("new/file", "first");
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = await workspace.SnapshotAsync();
            scene.Write("tracked.txt", "edited");
            scene.Write("deleted", "by the restore");
            Directory.Delete(scene.Full("new"), recursive: true);
        }

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = late }))
        {
            var restored = Assert.IsType<RestoreOutcome.Restored>(await workspace.RestoreAsync(wanted.Commit, new(Scene.At), Scene.Cancellation));
            Assert.Empty(restored.Differing);
            Assert.Contains(restored.Saved, saved => scene.Names(saved).Contains(path) && scene.Content(saved, path) == "late");
        }

        Assert.Equal(("one\ntwo\n", false, "first"), (scene.Read("tracked.txt"), scene.Exists("deleted"), scene.Read("new/file")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_restore_does_not_wait_for_somebody_who_writes_all_the_time()
    {
        using var scene = new Scene();
        var late = GitWithAWriter(scene, "tracked.txt", times: 100);
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = await workspace.SnapshotAsync();
            scene.Write("tracked.txt", "edited");
        }

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = late })) await workspace.RestoreAsync(wanted);
        Assert.Equal("one\ntwo\n", scene.Read("tracked.txt"));
    }

    /// <summary>A git beside which somebody writes a file just before it writes a tree, the first times.</summary>
    private static string GitWithAWriter(Scene scene, string path, int times = 1)
    {
        var count = Path.Combine(scene.Folder, "late");
        return ScriptedGit.Make(scene, $"""
            if [ "$1" = read-tree ]; then
              n=1; until mkdir {count}.$n 2>/dev/null; do n=$((n + 1)); done
              if [ $n -le {times} ]; then mkdir -p "$(dirname "{scene.Full(path)}")"; printf late >"{scene.Full(path)}"; fi
            fi
            """);
    }

    /// <summary>A git that finds the disk full while it writes a tree, the first times.</summary>
    private static string GitOnAFullDisk(Scene scene, int firstCalls)
    {
        var count = Path.Combine(scene.Folder, "full");
        return ScriptedGit.Make(scene, $"""
            if [ "$1" = read-tree ]; then
              n=1; until mkdir {count}.$n 2>/dev/null; do n=$((n + 1)); done
              if [ $n -le {firstCalls} ]; then trap '' XFSZ; ulimit -f 1000; fi
            fi
            """);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_ignored_and_was_not_moved_yet_is_there_after_a_restore_that_wrote_nothing()
    {
        using var scene = new Scene();
        scene.Write("conf", "wanted");
        scene.Write("z.env", "wanted");
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync()) wanted = await workspace.SnapshotAsync();
        File.Delete(scene.Full("conf"));
        scene.Write(".gitignore", "*.env\nconf/\n");
        scene.Write("conf/secret", "first");
        scene.Write("z.env", "second");
        var killed = ScriptedGit.Make(scene, """case "$*" in *"--others -- conf"*) first && kill -9 $$;; esac""");

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = killed }))
        {
            var failed = await Assert.ThrowsAsync<GitException>(() => workspace.RestoreAsync(wanted));
            Assert.Contains("The tree is as it was", failed.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("first", "second"), (scene.Read("conf/secret"), scene.Read("z.env")));
        using var next = await scene.OpenAsync();
        await next.RestoreAsync(wanted);
        Assert.Equal(("wanted", "wanted"), (scene.Read("conf"), scene.Read("z.env")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_restore_that_was_refused_and_then_fails_leaves_what_was_written_meanwhile()
    {
        using var scene = new Scene();
        Snapshot wanted;
        using (var workspace = await scene.OpenAsync()) wanted = await workspace.SnapshotAsync();
        scene.Write("tracked.txt", "edited");
        var late = ScriptedGit.Make(scene, $$"""
            if [ "$1" = read-tree ] && first; then printf late >"{{scene.Full("tracked.txt")}}"; fi
            if [ "$1" = update-index ] && [ -d "$0.asked" ]; then cat >/dev/null; echo "error: insufficient permission for adding an object" >&2; exit 128; fi
            """);

        using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = late }))
            await Assert.ThrowsAsync<GitException>(() => workspace.RestoreAsync(wanted));

        Assert.Equal("late", scene.Read("tracked.txt"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_killed_restore_that_cannot_be_finished_leaves_what_was_written_since()
    {
        using var scene = new Scene();
        string wanted;
        using (var workspace = await scene.OpenAsync())
        {
            wanted = (await workspace.SnapshotAsync()).Commit;
            scene.Write("tracked.txt", "edited");
        }

        // Just before git writes: as if it had not come to that.
        var killing = ScriptedGit.Make(scene, """if [ "$1" = read-tree ]; then kill -9 $PPID; exit 1; fi""");
        Assert.True(Victim.RunWith(scene, killing, "restore", wanted));
        scene.Write("tracked.txt", "since");
        var failing = ScriptedGit.Make(scene, """if [ "$1" = update-index ]; then cat >/dev/null; echo "error: insufficient permission for adding an object" >&2; exit 128; fi""");

        await Assert.ThrowsAsync<GitException>(() => scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = failing }));

        Assert.Equal("since", scene.Read("tracked.txt"));
        using var next = await scene.OpenAsync();
        Assert.Equal("since", scene.Content(await next.SnapshotAsync(), "tracked.txt"));
    }
}
