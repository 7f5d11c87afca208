using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Tests.Preparation;

public sealed class PrepareTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task A_worktree_is_ours_and_goes_without_a_trace()
    {
        using var scene = new Scene();
        scene.Write("sub/file", "x");
        scene.Git("add", "-A");
        scene.Git("commit", "--quiet", "-m", "sub");
        var before = scene.GitFolder();
        var source = new WorkspaceSource.Worktree(scene.Full("sub"));
        using (var workspace = await scene.OpenAsync(source))
        {
            Assert.Equal(Path.Combine(workspace.Root, "sub"), workspace.Folder);
            await File.WriteAllTextAsync(Path.Combine(workspace.Folder, "file"), "changed", Scene.Cancellation);
            var snapshot = await workspace.SnapshotAsync();
            Assert.Equal("sub/file", Assert.Single(snapshot.Files).Path);
            using var again = await scene.OpenAsync(source);
            Assert.Equal(workspace.Root, again.Root);
            Assert.Equal("changed", await File.ReadAllTextAsync(Path.Combine(again.Folder, "file"), Scene.Cancellation));
            Scene.Run("sh", workspace.Root, "-c", "mkdir \"$(printf 'caf\\351')\"; touch \"$(printf 'caf\\351/\\377')\"");
            await scene.DeleteAsync();
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Data));
        Assert.Equal(before, scene.GitFolder());
        Assert.Equal("x", scene.Read("sub/file"));
        Assert.Equal("", scene.Git("for-each-ref", "refs/agent-tasks"));
    }

    [Theory(Timeout = Limit)]
    [InlineData(null, "two\n")]
    [InlineData("old", "one\n")]
    [InlineData("v1", "one\n")]
    public async Task A_clone_stands_at_its_ref(string? name, string content)
    {
        using var scene = new Scene();
        scene.Write("tracked.txt", "one\n");
        scene.Git("commit", "--quiet", "-am", "one");
        scene.Git("branch", "old");
        scene.Git("tag", "v1");
        var commit = scene.Git("rev-parse", "HEAD");
        scene.Write("tracked.txt", "two\n");
        scene.Git("commit", "--quiet", "-am", "two");
        foreach (var wanted in name == "v1" ? new string?[] { "v1", commit } : [name])
        {
            using var workspace = await scene.OpenAsync(new WorkspaceSource.Cloned(scene.User, wanted));
            Assert.Equal(content, await File.ReadAllTextAsync(Path.Combine(workspace.Root, "tracked.txt"), Scene.Cancellation));
            Assert.Empty((await workspace.SnapshotAsync()).Files);
            await scene.DeleteAsync();
            Assert.False(Directory.Exists(workspace.Root));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_plain_folder_stays_plain()
    {
        using var scene = new Scene(repository: false);
        scene.Write("a", "a");
        using (var workspace = await scene.OpenAsync())
        {
            Assert.False(workspace.HasRepository);
            var first = await workspace.SnapshotAsync();
            Assert.Equal("a", Assert.Single(first.Files).Path);
            scene.Git("init", "--quiet", ".");
            using var again = await scene.OpenAsync();
            scene.Write("a", "b");
            await again.RestoreAsync(first);
            Assert.Equal("a", scene.Read("a"));
            await scene.DeleteAsync();
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(scene.Data));
        Assert.Equal(["a"], Directory.EnumerateFiles(scene.User).Select(Path.GetFileName));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_its_repository_ignores_is_a_plain_one()
    {
        using var scene = new Scene();
        scene.Write(".gitignore", "scratch/\n");
        scene.Write("scratch/work", "x");
        using var workspace = await scene.OpenAsync(new WorkspaceSource.InPlace(scene.Full("scratch")));
        Assert.False(workspace.HasRepository);
        Assert.Equal("work", Assert.Single((await workspace.SnapshotAsync()).Files).Path);
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_prepared_is_refused_with_the_reason()
    {
        using var scene = new Scene(repository: false);
        WorkspaceSource[] sources =
        [
            new WorkspaceSource.InPlace("relative"), new WorkspaceSource.InPlace(scene.Full("none")), new WorkspaceSource.Worktree(scene.User),
            new WorkspaceSource.Cloned(scene.Full("none"), null), new WorkspaceSource.Cloned("--upload-pack=touch ran", null),
            new WorkspaceSource.Cloned("ext::sh -c touch% ran", null), new WorkspaceSource.Cloned(scene.User, "--orphan"),
        ];
        foreach (var source in sources)
        {
            var outcome = await Workspace.PrepareAsync(Scene.Task, source, scene.Data, new WorkspaceOptions(), TimeProvider.System, Scene.Cancellation);
            Assert.NotEmpty(Assert.IsType<PrepareOutcome.Refused>(outcome).Reason);
        }

        Assert.Empty(Directory.EnumerateFiles(scene.Folder, "ran", SearchOption.AllDirectories));
    }

    [Fact(Timeout = Limit)]
    public async Task Hooks_and_programs_of_the_repositorys_configuration_do_not_run()
    {
        using var scene = new Scene();
        var ran = Path.Combine(scene.Folder, "ran");
        foreach (var hook in new[] { "post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc", "fsmonitor-watchman" })
        {
            scene.Write($".git/hooks/{hook}", $"#!/bin/sh\ntouch {ran}\n");
            File.SetUnixFileMode(scene.Full($".git/hooks/{hook}"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        foreach (var key in new[] { "core.fsmonitor", "diff.external", "core.pager", "core.editor", "core.sshCommand" }) scene.Git("config", key, $"touch {ran}");
        File.Delete(ran);
        using var workspace = await scene.OpenAsync();
        var first = await workspace.SnapshotAsync();
        scene.Write("tracked.txt", "changed");
        Assert.Contains("+changed", await workspace.DiffAsync(first.Commit, to: null), StringComparison.Ordinal);
        await workspace.RestoreAsync(first);
        await workspace.PruneAsync(new HashSet<string>(), Scene.Cancellation);
        using var worktree = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User), data: Path.Combine(scene.Folder, "other"));

        Assert.False(File.Exists(ran));
    }

    [Fact(Timeout = Limit)]
    public async Task Worktrees_of_the_users_own_stay_though_their_disk_is_not_there_just_now()
    {
        using var scene = new Scene();
        var (usb, unplugged) = (Path.Combine(scene.Folder, "usb"), Path.Combine(scene.Folder, "unplugged"));
        scene.Git("worktree", "add", "--quiet", "--detach", usb, "HEAD");
        Directory.Move(usb, unplugged);

        for (var time = 0; time < 2; time++)
        {
            using (await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User)))
            {
            }

            await scene.DeleteAsync();
        }

        Directory.Move(unplugged, usb);
        Assert.Equal("first", Scene.GitIn(usb, "log", "--format=%s"));
        Assert.Equal(2, scene.Git("worktree", "list").Split('\n').Length);
    }
}
