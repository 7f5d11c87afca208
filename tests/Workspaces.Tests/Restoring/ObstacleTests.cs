namespace DurableAgentTasks.Workspaces.Tests.Restoring;

/// <summary>What is in no snapshot, and stands where the wanted tree has something.</summary>
public sealed class ObstacleTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task An_ignored_file_in_the_way_is_saved()
    {
        using var scene = new Scene();
        scene.Write("config.local", "first");
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        scene.Write(".gitignore", "config.local\n");
        scene.Write("config.local", "edited, and never in a snapshot");
        Assert.DoesNotContain("config.local", scene.Names(await workspace.SnapshotAsync()));

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal("first", scene.Read("config.local"));
        Assert.Equal(wanted.Tree, (await workspace.SnapshotAsync()).Tree);
        Assert.Equal("edited, and never in a snapshot", scene.Content(restored.Saved[^1], "config.local.kept-1"));
        Assert.Empty(restored.MovedAside);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_too_large_to_be_saved_is_moved_aside()
    {
        using var scene = new Scene();
        scene.Write("data", "small");
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { MaxFileBytes = 100 });
        var wanted = await workspace.SnapshotAsync();
        scene.Write("data", new string('x', 101));
        scene.Write("data.kept-1", "of the user's");
        Assert.Equal("data", Assert.Single((await workspace.SnapshotAsync()).LeftOut).Path);

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal(("small", 101), (scene.Read("data"), scene.Read("data.kept-2").Length));
        Assert.Equal("data -> data.kept-2", Assert.Single(restored.MovedAside));
        Assert.Empty(restored.Differing);
    }

    [Theory(Timeout = Limit)]
    [InlineData("build", "build/out")]
    [InlineData("build/out/deep", "build")]
    public async Task A_folder_for_a_file_and_a_file_for_a_folder_are_saved(string wantedFile, string ignoredFile)
    {
        using var scene = new Scene();
        scene.Write(wantedFile, "first");
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        Scene.Run("rm", scene.User, "-rf", "build");
        scene.Write(".gitignore", "build\n");
        scene.Write(ignoredFile, "costly");
        await workspace.SnapshotAsync();

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal("first", scene.Read(wantedFile));
        Assert.Equal(wanted.Tree, (await workspace.SnapshotAsync()).Tree);
        Assert.Equal("costly", scene.Content(restored.Saved[^1], $"build.kept-1{ignoredFile["build".Length..]}"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_of_which_all_is_saved_is_not_moved()
    {
        using var scene = new Scene();
        scene.Write("lib", "a file");
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        File.Delete(scene.Full("lib"));
        scene.Write("lib/a", "in a folder");

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal("a file", scene.Read("lib"));
        Assert.Equal("in a folder", scene.Content(Assert.Single(restored.Saved), "lib/a"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_repository_in_the_place_of_a_file_is_moved_aside()
    {
        using var scene = new Scene();
        scene.Write("lib", "a file");
        using var workspace = await scene.OpenAsync();
        var wanted = await workspace.SnapshotAsync();
        File.Delete(scene.Full("lib"));
        Directory.CreateDirectory(scene.Full("lib"));
        Scene.GitIn(scene.Full("lib"), "init", "--quiet", ".");
        scene.Write("lib/work", "of days");
        Scene.GitIn(scene.Full("lib"), "add", "-A");
        Scene.GitIn(scene.Full("lib"), "commit", "--quiet", "-m", "mine");

        var restored = await workspace.RestoreAsync(wanted);

        Assert.Equal(("a file", "of days"), (scene.Read("lib"), scene.Read("lib.kept-1/work")));
        Assert.Equal("lib -> lib.kept-1", Assert.Single(restored.MovedAside));
    }
}
