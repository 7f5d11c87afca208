using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

/// <summary>What one snapshot takes in is bounded, and what it leaves out is told and stays.</summary>
public sealed class QuotaTests
{
    private const int Limit = 120_000;

    private static readonly WorkspaceOptions Small = new() { MaxNewBytes = 1_000, FolderClockTick = Scene.Tick };

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_largest_files_are_left_out_and_come_into_the_next_ones(bool repository)
    {
        using var scene = new Scene(repository);
        foreach (var (name, length) in new[] { ("d/a", 300), ("b", 400), ("c", 400), ("e", 700), ("f", 1_001) }) scene.Write(name, Text(name, length));
        using var workspace = await scene.OpenAsync(options: Small);

        var first = await workspace.SnapshotAsync();

        Assert.Equal(["b", "d/a"], first.Files.Select(file => file.Path));
        Assert.Equal(["c", "e", "f"], first.LeftOut.Select(file => file.Path));
        Assert.Contains("no room for its 700 bytes: at most 1,000", first.LeftOut[1].Reason, StringComparison.Ordinal);
        Assert.Equal(["c"], (await workspace.SnapshotAsync()).Files.Select(file => file.Path));
        var third = await workspace.SnapshotAsync();
        Assert.Equal(("e", "f"), (Assert.Single(third.Files).Path, Assert.Single(third.LeftOut).Path));
    }

    [Fact(Timeout = Limit)]
    public async Task A_restore_leaves_what_was_left_out_as_it_is_though_a_later_snapshot_has_it()
    {
        using var scene = new Scene();
        scene.Write("small", "1");
        scene.Write("d/large", Text("large", 900));
        scene.Write("d/larger", Text("larger", 950));
        using var workspace = await scene.OpenAsync(options: Small);
        var first = await workspace.SnapshotAsync();
        Assert.Equal("d/larger", Assert.Single(first.LeftOut).Path);
        scene.Write("small", "2");
        scene.Write("d/made", "later");
        Assert.Empty((await workspace.SnapshotAsync()).LeftOut);

        var restored = await workspace.RestoreAsync(first);

        Assert.Empty(restored.Differing);
        Assert.Empty(restored.MovedAside);
        Assert.Equal(("1", Text("larger", 950), false), (scene.Read("small"), scene.Read("d/larger"), scene.Exists("d/made")));
        Assert.Empty((await workspace.SnapshotAsync()).Files);
        Assert.Empty((await workspace.RestoreAsync(first)).Saved);
        Assert.True(scene.Exists("d/larger"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_over_the_quota_and_in_the_way_of_a_restore_is_not_overwritten()
    {
        using var scene = new Scene();
        scene.Write("data", "small");
        using var workspace = await scene.OpenAsync(options: Small);
        var first = await workspace.SnapshotAsync();
        scene.Write("data", Text("data", 1_001));
        Assert.Equal("data", Assert.Single((await workspace.SnapshotAsync()).LeftOut).Path);

        var restored = await workspace.RestoreAsync(first);

        Assert.Equal(("small", Text("data", 1_001)), (scene.Read("data"), scene.Read("data.kept-1")));
        Assert.Equal("data -> data.kept-1", Assert.Single(restored.MovedAside));
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_repository_has_already_takes_no_room()
    {
        using var scene = new Scene();
        for (var i = 0; i < 5; i++) scene.Write($"committed-{i}", Text($"{i}", 600));
        scene.Git("add", "-A");
        scene.Git("commit", "--quiet", "-m", "large");
        scene.Write("new", Text("new", 900));
        using var workspace = await scene.OpenAsync(options: Small);
        var first = await workspace.SnapshotAsync();
        Assert.Empty(first.LeftOut);

        foreach (var index in Directory.GetFiles(Path.Combine(scene.Data, "fix-login", "git"), "index-*")) File.Delete(index);
        scene.Write("newer", Text("newer", 900));
        var second = await workspace.SnapshotAsync();

        Assert.Empty(second.LeftOut);
        Assert.Equal("newer", Assert.Single(second.Files).Path);
    }

    [Fact(Timeout = Limit)]
    public async Task Empty_folders_that_are_too_many_are_told_and_no_restore_removes_them()
    {
        using var scene = new Scene();
        for (var i = 0; i < 1_100; i++) Directory.CreateDirectory(scene.Full($"empty/{i:d4}"));
        using var workspace = await scene.OpenAsync();

        var first = await workspace.SnapshotAsync();

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"empty/{i:d4}"), first.EmptyFolders);
        Assert.Equal(new LeftOutFile("empty/1000", "It is empty: 1,000 of the 1,100 empty folders are held, in order of their names."), Assert.Single(first.LeftOut));
        scene.Write("tracked.txt", "changed");
        Directory.Delete(scene.Full("empty/0000"));
        await workspace.RestoreAsync(first);
        Assert.Equal(1_100, Directory.GetDirectories(scene.Full("empty")).Length);
    }

    private static string Text(string name, int length) => name.PadRight(length, 'x');
}
