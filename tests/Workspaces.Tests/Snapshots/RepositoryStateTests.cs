using System.Net.Sockets;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

/// <summary>Whatever state the user's repository is in: the snapshot is what is on the disk, and the git folder is left as it was.</summary>
public sealed class RepositoryStateTests
{
    private const int Limit = 120_000;

    public static TheoryData<string> States => ["clean", "dirty index", "merge", "rebase", "unborn", "sparse", "detached", "stash", "split index", "packed refs"];

    [Fact(Timeout = Limit)]
    public async Task What_a_sparse_checkout_leaves_out_is_not_told_as_deleted()
    {
        using var scene = new Scene();
        Bring(scene, "sparse");
        scene.Write("in/a", "changed");
        using var workspace = await scene.OpenAsync();

        var first = await workspace.SnapshotAsync();

        Assert.Equal(["in/a"], first.Files.Select(file => file.Path));
        Assert.Equal(2, first.LinesChanged);
        var diff = new MemoryStream();
        Assert.True(await workspace.DiffAsync(from: null, first.Commit, diff, Scene.Cancellation));
        Assert.DoesNotContain("out/b", System.Text.Encoding.UTF8.GetString(diff.ToArray()), StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task In_a_shared_repository_what_is_written_is_shared()
    {
        using var scene = new Scene();
        scene.Git("config", "core.sharedRepository", "group");
        Scene.Run("chmod", scene.User, "-R", "g+w", ".git");
        for (var i = 0; i < 50; i++) scene.Write($"f{i}", $"{i}");
        using var workspace = await scene.OpenAsync();

        await workspace.SnapshotAsync();

        Assert.Equal("", Scene.Run("find", scene.User, ".git/objects", "-type", "d", "!", "-perm", "-g=w").Trim());
    }

    [Fact(Timeout = Limit)]
    public async Task A_nested_repository_that_is_none_any_more_is_taken_as_the_files_it_has()
    {
        using var scene = new Scene();
        var nested = Directory.CreateDirectory(scene.Full("nested")).FullName;
        Scene.GitIn(nested, "init", "--quiet", ".");
        scene.Write("nested/file", "one");
        Scene.GitIn(nested, "add", "-A");
        Scene.GitIn(nested, "commit", "--quiet", "-m", "x");
        using var workspace = await scene.OpenAsync();
        Assert.Equal("nested", Assert.Single((await workspace.SnapshotAsync()).Nested).Path);

        Directory.Delete(Path.Combine(nested, ".git"), recursive: true);
        var snapshot = await workspace.SnapshotAsync();
        Assert.Empty(snapshot.Nested);
        Assert.Contains("nested/file", snapshot.Files.Select(file => file.Path));
        scene.Write("nested/file", "two");
        Assert.Equal("nested/file", Assert.Single((await workspace.SnapshotAsync()).Files).Path);
        Assert.Empty((await workspace.RestoreAsync(snapshot)).Differing);
        Assert.Equal("one", await File.ReadAllTextAsync(scene.Full("nested/file"), Scene.Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_has_become_a_pipe_is_left_out()
    {
        using var scene = new Scene();
        scene.Write("pipe", "one");
        scene.Write("other", "one");
        using var workspace = await scene.OpenAsync();
        await workspace.SnapshotAsync();
        File.Delete(scene.Full("pipe"));
        using (var make = System.Diagnostics.Process.Start("mkfifo", [scene.Full("pipe")])) await make.WaitForExitAsync(Scene.Cancellation);
        scene.Write("other", "two");

        var snapshot = await workspace.SnapshotAsync();
        Assert.Equal("pipe", Assert.Single(snapshot.LeftOut).Path);
        Assert.Contains("other", snapshot.Files.Select(file => file.Path));
    }

    [Fact(Timeout = Limit)]
    public async Task Whether_a_nested_repository_is_dirty_is_found_out_without_its_filters()
    {
        using var scene = new Scene();
        var nested = Directory.CreateDirectory(scene.Full("nested")).FullName;
        Scene.GitIn(nested, "init", "--quiet", ".");
        scene.Write("nested/.gitattributes", "* filter=spy\n");
        scene.Write("nested/file", "one");
        Scene.GitIn(nested, "add", "-A");
        Scene.GitIn(nested, "commit", "--quiet", "-m", "x");
        Scene.GitIn(nested, "config", "filter.spy.clean", $"touch {scene.Folder}/ran; cat");
        Scene.GitIn(nested, "config", "filter.spy.required", "true");
        scene.Write("nested/file", "two");
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.True(Assert.Single(snapshot.Nested).Dirty);
        Assert.False(File.Exists(Path.Combine(scene.Folder, "ran")));
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(States))]
    public async Task The_git_folder_stays_as_it_was_to_the_byte(string state)
    {
        using var scene = new Scene(repository: state != "unborn");
        Bring(scene, state);
        scene.Write("new.txt", "new");
        var onDisk = OnDisk(scene);
        var before = scene.GitFolder();
        using var workspace = await scene.OpenAsync();

        var first = await workspace.SnapshotAsync();
        Assert.Equal(onDisk, scene.Names(first));
        scene.Write("another", "1");
        var second = await workspace.SnapshotAsync();
        await workspace.RestoreAsync(first);
        Assert.Equal(first.Tree, (await workspace.SnapshotAsync()).Tree);
        Assert.NotEmpty(await workspace.DiffAsync(first.Commit, second.Commit));
        await workspace.BundleAsync(second, first.Commit, Stream.Null, Scene.Cancellation);
        await workspace.PruneAsync(new HashSet<string> { second.Commit }, Scene.Cancellation);

        Assert.Equal(before, scene.GitFolder());
        scene.Git("fsck", "--no-dangling");
        await scene.DeleteAsync();
        Assert.Equal(before, scene.GitFolder());
        Assert.Equal("", scene.Git("for-each-ref", "refs/agent-tasks"));
        Assert.Equal(onDisk, OnDisk(scene));
    }

    [Fact(Timeout = Limit)]
    public async Task Submodules_and_nested_repositories_are_noted_with_their_commit_and_dirt()
    {
        using var scene = new Scene();
        foreach (var name in new[] { "module", "nested", "unborn" })
        {
            Directory.CreateDirectory(scene.Full(name));
            Scene.GitIn(scene.Full(name), "init", "--quiet");
            scene.Write($"{name}/file", "x");
            if (name == "unborn") continue;
            Scene.GitIn(scene.Full(name), "add", "-A");
            Scene.GitIn(scene.Full(name), "commit", "--quiet", "-m", "x");
        }

        scene.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./module", "module");
        scene.Git("commit", "--quiet", "-m", "module");
        var commit = Scene.GitIn(scene.Full("nested"), "rev-parse", "HEAD");
        using var workspace = await scene.OpenAsync();
        var first = await workspace.SnapshotAsync();
        Assert.Equal([("module", false), ("nested", false)], first.Nested.Select(nested => (nested.Path, nested.Dirty!.Value)));
        Assert.Equal(commit, first.Nested[1].Commit);
        Assert.Equal("unborn", Assert.Single(first.LeftOut).Path);

        scene.Write("nested/file", "dirty");
        scene.Write("tracked.txt", "changed");
        var second = await workspace.SnapshotAsync();
        Assert.Equal([false, true], second.Nested.Select(nested => nested.Dirty!.Value));
        Assert.Equal("tracked.txt", Assert.Single(second.Files).Path);
        Scene.GitIn(scene.Full("nested"), "commit", "--quiet", "-a", "-m", "y");
        Assert.Equal("nested", Assert.Single((await workspace.SnapshotAsync()).Files).Path);

        var restored = await workspace.RestoreAsync(first);
        Assert.Equal(["nested"], restored.Differing);
        Assert.Equal("dirty", scene.Read("nested/file"));
        Assert.Equal("one\ntwo\n", scene.Read("tracked.txt"));
    }

    [Fact(Timeout = Limit)]
    public async Task Names_of_any_bytes_survive()
    {
        using var scene = new Scene();
        var script = """
            cd "$0"; long=$(printf 'n%.0s' $(seq 250))
            for name in "with space" "new
            line" "tab	" "-rf" "--" "qu\"ote" "back\\slash" "star*?[x]" ":(top)" "ünï" "$long" "$(printf 'caf\351')" "$(printf '\377\376')" "git~1" "a:b"; do
              echo "content of it" > "./$name"; mkdir -p "dir/./$name"; echo x > "./dir/$name/$name"; done
            ln -s "$(printf 'caf\351')" "$(printf 'link\200')"
            """;
        Scene.Run("sh", scene.User, "-c", script.ReplaceLineEndings("\n"), scene.User);
        var all = Scene.Run("sh", scene.User, "-c", "find . -path ./.git -prune -o ! -type d -print0 | LC_ALL=C sort -z | xargs -0 ls -ln --time-style=+ --quoting-style=c");
        using var workspace = await scene.OpenAsync();
        var snapshot = await workspace.SnapshotAsync();
        Assert.Empty(snapshot.LeftOut);
        Assert.Contains(snapshot.Files, file => file.Path == "\"caf\\351\"" && file.Hash is not null);
        Assert.Contains(snapshot.Files, file => file.Path == "new\nline");

        Scene.Run("sh", scene.User, "-c", "rm -rf ./* ; echo other > \"$(printf 'caf\\351')\"; touch \"$(printf 'extra\\351')\"");
        await workspace.RestoreAsync(snapshot);

        Assert.Equal(all, Scene.Run("sh", scene.User, "-c", "find . -path ./.git -prune -o ! -type d -print0 | LC_ALL=C sort -z | xargs -0 ls -ln --time-style=+ --quoting-style=c"));
        Assert.Equal(snapshot.Tree, (await workspace.SnapshotAsync()).Tree);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_cannot_be_read_is_left_out_and_the_others_are_in()
    {
        using var scene = new Scene();
        for (var i = 0; i < 9; i++) scene.Write($"f{i}", "x");
        foreach (var file in new[] { "f3", "f7" }) File.SetUnixFileMode(scene.Full(file), UnixFileMode.None);

        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = GitWithoutPrivilege(scene) });

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal(["f3", "f7"], snapshot.LeftOut.Select(file => file.Path));
        Assert.All(snapshot.LeftOut, file => Assert.Contains("Permission denied", file.Reason, StringComparison.Ordinal));
        Assert.Equal(["f0", "f1", "f2", "f4", "f5", "f6", "f8", "tracked.txt"], scene.Names(snapshot));
    }

    [Fact(Timeout = Limit)]
    public async Task A_folder_that_cannot_be_read_is_left_out_and_the_others_are_in()
    {
        using var scene = new Scene();
        scene.Write("locked/file", "x");
        scene.Write("open/file", "x");
        File.SetUnixFileMode(scene.Full("locked"), UnixFileMode.None);
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = GitWithoutPrivilege(scene) });

        for (var i = 0; i < 2; i++)
        {
            var snapshot = await workspace.SnapshotAsync();

            var left = Assert.Single(snapshot.LeftOut);
            Assert.StartsWith("locked", left.Path, StringComparison.Ordinal);
            Assert.Contains("Permission denied", left.Reason, StringComparison.Ordinal);
            Assert.Equal(["open/file", "tracked.txt"], scene.Names(snapshot));
        }

        File.SetUnixFileMode(scene.Full("locked"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("locked/file", scene.Names(await workspace.SnapshotAsync()));
    }

    [Fact(Timeout = Limit)]
    public async Task A_full_disk_fails_the_snapshot_and_the_next_one_is_right()
    {
        using var scene = new Scene();
        using (var random = File.Create(scene.Full("large")))
        {
            var bytes = new byte[3_000_000];
            new Random(1).NextBytes(bytes);
            random.Write(bytes);
        }

        var git = Path.Combine(scene.Folder, "git-on-a-full-disk");
        File.WriteAllText(git, "#!/bin/sh\ntrap '' XFSZ\nulimit -f 1000\nexec git \"$@\"\n");
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        var before = scene.GitFolder();
        using (var full = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = git }))
        {
            await Assert.ThrowsAsync<Workspaces.Git.GitException>(() => full.SnapshotAsync());
        }

        Assert.Equal(before, scene.GitFolder());
        using var workspace = await scene.OpenAsync();
        var snapshot = await workspace.SnapshotAsync();
        Assert.Empty(snapshot.LeftOut);
        Assert.Contains("large", scene.Names(snapshot));
    }

    [Theory(Timeout = Limit)]
    [InlineData("write-tree")]
    [InlineData("update-index --force-remove")]
    public async Task A_file_that_gets_shorter_while_git_writes_its_index_costs_it_more_attempts(string command)
    {
        using var scene = new Scene();
        var killed = ScriptedGit.Make(scene, $"""
            case "$*" in "{command}"*)
              n=1; until mkdir "$0.$n" 2>/dev/null; do n=$((n + 1)); done
              if [ $n -le 3 ]; then touch "$GIT_INDEX_FILE.lock"; kill -BUS $$; fi
            esac
            """);
        using var workspace = await scene.OpenAsync(options: new WorkspaceOptions { GitExecutable = killed });
        await workspace.SnapshotAsync();
        scene.Write("gone", "1");
        await workspace.SnapshotAsync();
        scene.Write(".gitignore", "gone\n");
        var snapshot = await workspace.SnapshotAsync();
        Assert.True(Directory.Exists($"{killed}.4"));
        Assert.DoesNotContain("gone", scene.Git("ls-tree", "--name-only", snapshot.Tree).Split('\n'));
    }

    [Fact(Timeout = Limit)]
    public async Task A_tree_that_is_written_meanwhile_gives_snapshots_that_restore_exactly()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                var random = new Random(7);
                while (!enough.IsCancellationRequested)
                {
                    var path = $"w{random.Next(20)}";
                    if (random.Next(4) == 0) File.Delete(scene.Full(path));
                    else scene.Write(path, new string('x', random.Next(100_000)));
                }
            },
            Scene.Cancellation);
        var snapshots = new List<Workspaces.Snapshots.Snapshot>();
        try
        {
            for (var i = 0; i < 10; i++) snapshots.Add(await workspace.SnapshotAsync());
        }
        finally
        {
            await enough.CancelAsync();
            await writing;
        }

        foreach (var snapshot in snapshots)
        {
            await workspace.RestoreAsync(snapshot);
            Assert.Equal(snapshot.Tree, (await workspace.SnapshotAsync()).Tree);
        }

        scene.Git("fsck", "--strict", "--no-dangling");
    }

    private static void Bring(Scene scene, string state)
    {
        switch (state)
        {
            case "unborn":
                scene.Git("init", "--quiet", ".");
                break;
            case "dirty index":
                scene.Write("staged", "1");
                scene.Git("add", "staged");
                scene.Write("staged", "2");
                scene.Git("rm", "--quiet", "--cached", "tracked.txt");
                break;
            case "merge" or "rebase":
                scene.Git("checkout", "--quiet", "-b", "side");
                scene.Write("tracked.txt", "side\n");
                scene.Git("commit", "--quiet", "-am", "side");
                scene.Git("checkout", "--quiet", "main");
                scene.Write("tracked.txt", "main\n");
                scene.Git("commit", "--quiet", "-am", "main");
                Scene.Run("sh", scene.User, "-c", $"git {state} side >/dev/null 2>&1; test -e .git/{(state == "merge" ? "MERGE_HEAD" : "rebase-merge")}");
                break;
            case "sparse":
                scene.Write("in/a", "a");
                scene.Write("out/b", "b");
                scene.Git("add", "-A");
                scene.Git("commit", "--quiet", "-m", "more");
                scene.Git("sparse-checkout", "set", "in");
                break;
            case "detached":
                scene.Git("checkout", "--quiet", "--detach");
                break;
            case "stash":
                scene.Write("tracked.txt", "stashed");
                scene.Git("stash", "--quiet");
                break;
            case "split index":
                scene.Git("update-index", "--split-index");
                break;
            case "packed refs":
                scene.Git("pack-refs", "--all");
                break;
            default:
                break;
        }
    }

    /// <summary>Root reads everything; git without that privilege does not.</summary>
    private static string GitWithoutPrivilege(Scene scene)
    {
        var git = Path.Combine(scene.Folder, "git-without-privilege");
        File.WriteAllText(git, "#!/bin/sh\n[ $(id -u) -ne 0 ] && exec git \"$@\"\nexec setpriv --bounding-set=-dac_override,-dac_read_search git \"$@\"\n");
        File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return git;
    }

    private static IReadOnlyList<string> OnDisk(Scene scene) =>
        [.. Directory.EnumerateFiles(scene.User, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(scene.User, file))
            .Where(path => !path.StartsWith(".git/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    [Fact(Timeout = 30_000)]
    public async Task A_lock_that_cannot_be_had_whoever_waits_is_not_waited_for()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        var file = Path.Combine(scene.Data, Scene.Task.Value, "git", "lock");
        File.Delete(file);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(file));

        await Assert.ThrowsAsync<IOException>(() => workspace.SnapshotAsync());
    }
}
