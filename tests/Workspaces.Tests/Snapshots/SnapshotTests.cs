using System.Security.Cryptography;
using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

public sealed class SnapshotTests
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Untracked_files_are_in_and_ignored_ones_out()
    {
        using var scene = new Scene();
        scene.Write(".gitignore", "*.log\nbuild/\n");
        scene.Write(".git/info/exclude", "private/\n");
        foreach (var path in new[] { "new.txt", "a.log", "build/out", "private/key", "deep/er/file" }) scene.Write(path, path);
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal([".gitignore", "deep/er/file", "new.txt", "tracked.txt"], scene.Names(snapshot));
        Assert.Equal("refs/agent-tasks/fix-login/1", snapshot.Ref);
        Assert.Equal(snapshot.Commit, scene.Git("rev-parse", snapshot.Ref));
        Assert.Equal(scene.Git("rev-parse", "HEAD"), snapshot.Head);
    }

    [Fact(Timeout = Limit)]
    public async Task Changes_are_listed_with_their_hashes_and_lines_are_counted()
    {
        using var scene = new Scene();
        scene.Write("gone.txt", "1\n2\n3\n");
        using var workspace = await scene.OpenAsync();
        var first = await workspace.SnapshotAsync();
        Assert.Equal([new ChangedFile("gone.txt", FileChange.Created, Hash("1\n2\n3\n"))], first.Files);

        scene.Write("tracked.txt", "one\n2\nthree\n");
        scene.Write("new.bin", "a\0b");
        File.Delete(scene.Full("gone.txt"));
        var second = await workspace.SnapshotAsync();

        Assert.Equal(
            [
                new("gone.txt", FileChange.Deleted, null),
                new("new.bin", FileChange.Created, Hash("a\0b")),
                new("tracked.txt", FileChange.Modified, Hash("one\n2\nthree\n")),
            ],
            second.Files);
        Assert.Equal((3, 6L), (second.FilesChanged, second.LinesChanged));
        Assert.Empty((await workspace.SnapshotAsync()).Files);
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_tree_number_and_time_give_the_same_commit()
    {
        using var scene = new Scene();
        using var one = await scene.OpenAsync();
        var first = await one.SnapshotAsync();
        scene.Git("update-ref", "-d", first.Ref);
        using var other = await scene.OpenAsync(data: Path.Combine(scene.Folder, "other"));
        Assert.Equal(first.Commit, (await other.SnapshotAsync()).Commit);
    }

    /// <summary>A host keeps its data in the folder it was started in, unless told otherwise, and its tasks work there too.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_hosts_own_folder_in_a_workspace_is_no_part_of_it(bool repository)
    {
        using var scene = new Scene(repository);
        scene.Write("mine.txt", "1");
        scene.Write(".data [1]/engine/log", "host");
        using var workspace = await scene.OpenAsync(
            options: new WorkspaceOptions { HostFolder = scene.Full(".data [1]") }, data: scene.Full(".data [1]/workspaces"));

        var snapshot = await workspace.SnapshotAsync();
        Assert.Equal(["mine.txt"], snapshot.Files.Select(file => file.Path));

        scene.Write("mine.txt", "2");
        scene.Write(".data [1]/engine/log", "host, later");
        await workspace.RestoreAsync(snapshot.Commit, new(Scene.At), Scene.Cancellation);
        Assert.Equal("1", File.ReadAllText(scene.Full("mine.txt")));
        Assert.Equal("host, later", File.ReadAllText(scene.Full(".data [1]/engine/log")));
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_ignored_later_goes_out_and_what_the_user_tracks_is_in_though_ignored()
    {
        using var scene = new Scene();
        scene.Write("modules/a.js", "a");
        scene.Write("forced.log", "f");
        using var workspace = await scene.OpenAsync();
        Assert.Contains("modules/a.js", scene.Names(await workspace.SnapshotAsync()));

        scene.Write(".gitignore", "modules/\n*.log\n");
        Assert.Equal([".gitignore", "tracked.txt"], scene.Names(await workspace.SnapshotAsync()));

        scene.Git("add", "--force", "forced.log");
        Assert.Equal([".gitignore", "forced.log", "tracked.txt"], scene.Names(await workspace.SnapshotAsync()));
        scene.Write("forced.log", "changed");
        var snapshot = await workspace.SnapshotAsync();
        Assert.Equal("changed", scene.Content(snapshot, "forced.log"));
        Assert.True(scene.Exists("modules/a.js"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_of_the_same_size_in_the_same_moment_is_seen()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            scene.Write("racy", $"{i:d4}");
            var snapshot = await workspace.SnapshotAsync();
            Assert.Equal($"{i:d4}", scene.Content(snapshot, "racy"));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_too_large_is_left_out_and_said()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { MaxFileBytes = 1_000_000 });
        scene.Write("large", "small yet");
        await workspace.SnapshotAsync();
        using (var file = File.OpenWrite(scene.Full("large"))) file.SetLength(3L << 30);

        var snapshot = await workspace.SnapshotAsync();

        var left = Assert.Single(snapshot.LeftOut);
        Assert.Equal("large", left.Path);
        Assert.Contains("3,221,225,472", left.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("large", scene.Names(snapshot));
        Assert.Single((await workspace.SnapshotAsync()).LeftOut);
        scene.Write("tracked.txt", "changed");
        await workspace.RestoreAsync(snapshot);
        Assert.Equal(3L << 30, new FileInfo(scene.Full("large")).Length);
    }

    [Fact(Timeout = Limit)]
    public async Task Files_become_folders_and_links_and_back()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        scene.Write("a", "file");
        scene.Write("d/x", "x");
        scene.Write("elsewhere/x", "not of d");
        var first = await workspace.SnapshotAsync();

        File.Delete(scene.Full("a"));
        scene.Write("a/b/c", "c");
        Directory.Delete(scene.Full("d"), recursive: true);
        File.CreateSymbolicLink(scene.Full("d"), "elsewhere");
        var second = await workspace.SnapshotAsync();
        Assert.Equal(["a/b/c", "d", "elsewhere/x", "tracked.txt"], scene.Names(second));
        Assert.Equal("elsewhere", scene.Content(second, "d"));

        await workspace.RestoreAsync(first);
        Assert.Equal(first.Tree, (await workspace.SnapshotAsync()).Tree);
        Assert.Equal(("file", "x", "not of d"), (scene.Read("a"), scene.Read("d/x"), scene.Read("elsewhere/x")));
        await workspace.RestoreAsync(second);
        Assert.Equal(second.Tree, (await workspace.SnapshotAsync()).Tree);
    }

    [Fact(Timeout = Limit)]
    public async Task Two_at_once_are_two_snapshots()
    {
        using var scene = new Scene();
        using var one = await scene.OpenAsync();
        using var other = await scene.OpenAsync();
        var snapshots = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : other).SnapshotAsync()));
        Assert.Equal(Enumerable.Range(1, 8), snapshots.Select(snapshot => snapshot.Number).Order());
        Assert.Single(snapshots.Select(snapshot => snapshot.Tree).Distinct());
    }

    [Fact(Timeout = Limit)]
    public async Task A_lost_or_damaged_index_and_state_cost_nothing_but_time()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        scene.Write("new", "1");
        var first = await workspace.SnapshotAsync();
        var ours = Path.Combine(scene.Data, "fix-login", "git");
        foreach (var index in Directory.GetFiles(ours, "index-*")) File.WriteAllText(index, "DIRC broken");
        File.WriteAllText(Path.Combine(ours, "snapshots.json"), "{");

        var second = await workspace.SnapshotAsync();

        Assert.Equal((2, first.Tree), (second.Number, second.Tree));
    }

    [Fact(Timeout = Limit)]
    public async Task The_bytes_are_those_on_the_disk_whatever_attributes_and_configuration_say()
    {
        using var scene = new Scene();
        scene.Git("config", "core.autocrlf", "true");
        scene.Git("config", "filter.evil.clean", $"touch {scene.Folder}/ran; cat");
        scene.Git("config", "filter.evil.smudge", $"touch {scene.Folder}/ran; cat");
        scene.Write(".gitattributes", "* text=auto eol=crlf ident\n*.dat filter=evil\n*.utf16 working-tree-encoding=UTF-16\n*.lfs filter=lfs diff=lfs merge=lfs -text\n");
        var contents = new Dictionary<string, string>
        {
            ["crlf.txt"] = "a\r\nb\r\n", ["lf.txt"] = "a\nb\n", ["mixed.txt"] = "a\r\nb\n", ["id.txt"] = "$Id: 123 $\n", ["x.dat"] = "data\r\n",
            ["x.utf16"] = "not utf-16\n", ["x.lfs"] = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n",
        };
        foreach (var (path, content) in contents) scene.Write(path, content);
        using var workspace = await scene.OpenAsync();
        var snapshot = await workspace.SnapshotAsync();
        foreach (var path in contents.Keys) scene.Write(path, "overwritten");
        await workspace.RestoreAsync(snapshot);

        Assert.All(contents, entry => Assert.Equal(entry.Value, scene.Read(entry.Key)));
        Assert.False(File.Exists(Path.Combine(scene.Folder, "ran")));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact(Timeout = Limit)]
    public async Task What_changed_since_the_last_checkpoint_is_told_though_snapshots_came_to_nothing()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        var first = await workspace.SnapshotAsync(after: 0);
        scene.Write("a", "1\n2\n");
        Assert.Equal(["a"], (await workspace.SnapshotAsync(after: first.Number)).Files.Select(file => file.Path));
        scene.Write("b", "1\n");
        Assert.Equal(["a", "b"], (await workspace.SnapshotAsync(after: first.Number)).Files.Select(file => file.Path));

        var last = await workspace.SnapshotAsync(after: first.Number);

        Assert.Equal(["a", "b"], last.Files.Select(file => file.Path));
        Assert.Equal(3, last.LinesChanged);
        Assert.Empty((await workspace.SnapshotAsync(after: last.Number)).Files);
    }

    [Fact(Timeout = Limit)]
    public async Task An_empty_folder_whose_name_is_not_UTF8_is_told_of()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        Scene.Run("sh", scene.User, "-c", "mkdir \"$(printf 'caf\\351')\" \"$(printf 'full\\351')\"; touch \"$(printf 'full\\351/file')\"");

        for (var time = 0; time < 2; time++)
        {
            var left = Assert.Single((await workspace.SnapshotAsync()).LeftOut);
            Assert.Equal(("\"caf\\351\"", "It is an empty folder, and its name is not UTF-8."), (left.Path, left.Reason));
        }
    }
}
