namespace DurableAgentTasks.Workspaces.Tests.Killing;

public sealed class KillTests
{
    private const int Limit = 600_000;
    private const int Files = 300;
    private const int Step = 3;

    public static TheoryData<string> Moments => [.. Enum.GetNames<KillMoment>()];

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Moments))]
    public async Task A_snapshot_killed_at_any_call_leaves_the_repository_whole_and_the_next_one_right(string moment)
    {
        using var scene = Prepared();
        var before = scene.GitFolder();
        var call = First(moment);
        for (; Kill(scene, call, moment, "snapshot"); call += Step)
        {
            using var workspace = await scene.OpenAsync();
            scene.Write("changing", $"{call}");
            var snapshot = await workspace.SnapshotAsync();
            Assert.Equal($"{call}", scene.Content(snapshot, "changing"));
            Assert.Equal(before, scene.GitFolder());
            scene.Write("changing", "for the next");
        }

        Assert.True(call > 5);
        scene.Git("fsck", "--strict", "--no-dangling");
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Moments))]
    public async Task A_restore_killed_at_any_call_leaves_either_tree_or_is_finished(string moment)
    {
        using var scene = Prepared();
        string[] wanted = new string[2];
        string[] trees = new string[2];
        using (var workspace = await scene.OpenAsync())
        {
            for (var i = 0; i < 2; i++)
            {
                for (var file = 0; file < Files; file++) scene.Write($"d{file % 7}/f{file}", $"{i} of {file}");
                scene.Write(i == 0 ? "only-first" : "only-second/file", "x");
                if (i == 1) File.Delete(scene.Full("only-first"));
                var snapshot = await workspace.SnapshotAsync();
                (wanted[i], trees[i]) = (snapshot.Commit, snapshot.Tree);
            }
        }

        var call = First(moment);
        var from = 1;
        for (; Kill(scene, call, moment, "restore", wanted[1 - from]); call += Step)
        {
            using var workspace = await scene.OpenAsync();
            var tree = (await workspace.SnapshotAsync()).Tree;
            Assert.Contains(tree, trees);
            from = Array.IndexOf(trees, tree);
        }

        Assert.True(call > 8);
        scene.Git("fsck", "--strict", "--no-dangling");
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Moments))]
    public async Task A_prune_killed_at_any_call_loses_nothing_that_is_kept(string moment)
    {
        using var scene = Prepared();
        var call = First(moment);
        while (true)
        {
            var kept = new List<Workspaces.Snapshots.Snapshot>();
            using (var workspace = await scene.OpenAsync())
            {
                for (var i = 0; i < 4; i++)
                {
                    scene.Write("changing", $"{call} {i}");
                    kept.Add(await workspace.SnapshotAsync());
                }
            }

            kept.RemoveRange(1, 2);
            if (!Kill(scene, call, moment, ["prune", .. kept.Select(snapshot => snapshot.Commit)])) break;
            using (var workspace = await scene.OpenAsync(options: new WorkspaceOptions { ObjectGrace = TimeSpan.Zero }))
            {
                Assert.Empty((await workspace.RestoreAsync(kept[0])).Differing);
                Assert.Equal($"{call} 0", scene.Read("changing"));
                await workspace.RestoreAsync(kept[1]);
                await workspace.PruneAsync(kept.Select(snapshot => snapshot.Commit).ToHashSet(), Scene.Cancellation);
            }

            scene.Git("fsck", "--strict", "--no-dangling");
            call += Step;
        }

        Assert.True(call > 4);
    }

    /// <summary>Of the calls each moment takes others.</summary>
    private static int First(string moment) => 1 + ((int)Enum.Parse<KillMoment>(moment) % Step);

    private static Scene Prepared()
    {
        var scene = new Scene();
        for (var file = 0; file < Files; file++) scene.Write($"d{file % 7}/f{file}", $"{file}");
        return scene;
    }

    private static bool Kill(Scene scene, int call, string moment, params IEnumerable<string> operation) =>
        Victim.Run(scene, call, Enum.Parse<KillMoment>(moment), operation);
}
