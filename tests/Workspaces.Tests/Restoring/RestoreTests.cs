using DurableAgentTasks.Workspaces.Restoring;

namespace DurableAgentTasks.Workspaces.Tests.Restoring;

public sealed class RestoreTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task The_tree_is_the_snapshots_and_what_was_there_is_saved()
    {
        using var scene = new Scene();
        scene.Write(".gitignore", "*.log\n");
        scene.Write("deleted", "back");
        scene.Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(scene.Full("run.sh"), (UnixFileMode)0b111_101_101);
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();

        File.Delete(scene.Full("deleted"));
        scene.Write("tracked.txt", "changed");
        scene.Write("created/deep/file", "new");
        scene.Write("kept.log", "ignored");
        File.SetUnixFileMode(scene.Full("run.sh"), (UnixFileMode)0b110_100_100);
        var restored = await workspace.RestoreAsync(wanted);

        Assert.Empty(restored.Differing);
        Assert.Equal(("back", "one\ntwo\n"), (scene.Read("deleted"), scene.Read("tracked.txt")));
        Assert.False(scene.Exists("created"));
        Assert.True(scene.Exists("kept.log"));
        Assert.True(File.GetUnixFileMode(scene.Full("run.sh")).HasFlag(UnixFileMode.UserExecute));
        var after = await workspace.SnapshotAsync();
        Assert.Equal(wanted.Tree, after.Tree);
        Assert.Empty(after.Files);
        var saved = Assert.Single(restored.Saved);
        Assert.Equal("changed", scene.Content(saved, "tracked.txt"));
        await workspace.RestoreAsync(saved);
        Assert.Equal("new", scene.Read("created/deep/file"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_restored_rules_do_not_ignore_goes_and_is_saved()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        scene.Write(".gitignore", "build/\n");
        scene.Write("build/out", "made later");

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal(wanted.Tree, (await workspace.SnapshotAsync()).Tree);
        Assert.Equal(2, restored.Saved.Count);
        Assert.Equal("made later", scene.Content(restored.Saved[1], "build/out"));
    }

    [Fact(Timeout = Limit)]
    public async Task Empty_folders_are_noted_and_made_again()
    {
        using var scene = new Scene();
        scene.Write(".gitignore", "ignored/\n");
        Directory.CreateDirectory(scene.Full("empty/inner"));
        Directory.CreateDirectory(scene.Full("ignored/empty"));
        scene.Write("full/file", "");
        Directory.CreateDirectory(scene.Full("full/hollow"));
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        Assert.Equal(["empty/inner", "full/hollow"], wanted.EmptyFolders);

        Directory.Delete(scene.Full("empty"), recursive: true);
        Directory.Delete(scene.Full("full/hollow"));
        Directory.CreateDirectory(scene.Full("late/comer"));
        await workspace.RestoreAsync(wanted);

        Assert.True(scene.Exists("empty/inner") && scene.Exists("full/hollow") && scene.Exists("ignored/empty"));
        Assert.False(scene.Exists("late"));
        Assert.Equal(wanted.EmptyFolders, (await workspace.SnapshotAsync()).EmptyFolders);
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_or_incomplete_snapshot_changes_nothing()
    {
        using var scene = new Scene();
        scene.Write("only-here", "unique");
        using var workspace = await scene.OpenAsync();
        var snapshot = await workspace.SnapshotAsync();
        scene.Write("only-here", "now");
        var blob = scene.Git("rev-parse", $"{snapshot.Commit}:only-here");
        File.Delete(Path.Combine(scene.User, ".git", "objects", blob[..2], blob[2..]));

        foreach (var commit in new[] { snapshot.Commit, new string('a', 40), "--output=x", "HEAD", scene.Git("rev-parse", "HEAD") })
            Assert.IsType<RestoreOutcome.Refused>(await workspace.RestoreAsync(commit, new(Scene.At), Scene.Cancellation));
        Assert.Equal("now", scene.Read("only-here"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_link_out_of_the_workspace_is_never_followed()
    {
        using var scene = new Scene();
        var outside = Directory.CreateDirectory(Path.Combine(scene.Folder, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "file"), "theirs");
        scene.Write("d/file", "ours");
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        Directory.Delete(scene.Full("d"), recursive: true);
        Directory.CreateSymbolicLink(scene.Full("d"), outside);

        var linked = await workspace.SnapshotAsync();
        Assert.DoesNotContain("d/file", scene.Names(linked));
        await workspace.RestoreAsync(wanted);
        Assert.Equal("ours", scene.Read("d/file"));
        await workspace.RestoreAsync(linked);
        Assert.Equal(outside, new FileInfo(scene.Full("d")).LinkTarget);

        Assert.Equal("theirs", File.ReadAllText(Path.Combine(outside, "file")));
        Assert.Single(Directory.GetFiles(outside));
    }
}
