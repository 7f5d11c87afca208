using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Bundles;
using DurableAgentTasks.Workspaces.Delivering;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Workspaces.Tests.Snapshots;

/// <summary>Of a repository that was cloned in part nothing is fetched, whether its origin is there or not.</summary>
public sealed class PartialCloneTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_checked_out_is_compared_with_its_commit(bool isOriginThere)
    {
        using var scene = Cloned(isOriginThere);
        scene.Write("in/f", "one\nchanged\n");
        File.Delete(scene.Full("top"));
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal([("in/f", FileChange.Modified), ("top", FileChange.Deleted)], snapshot.Files.Select(file => (file.Path, file.Type)));
        Assert.Equal(2, snapshot.LinesChanged);
        await AssertUsableAsync(scene, workspace, snapshot, "one\nchanged\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sparse_checkout_has_rules_and_files_that_were_never_fetched(bool isOriginThere)
    {
        using var scene = Cloned(isOriginThere, "--sparse");
        scene.Write("in/forced.log", "tracked though ignored, and changed");
        scene.Write("in/other.log", "ignored");
        scene.Write("in/f", "one\nchanged\n");
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal([("in/f", FileChange.Modified), ("in/forced.log", FileChange.Modified)], snapshot.Files.Select(file => (file.Path, file.Type)));
        Assert.Equal([".gitignore", "in/f", "in/forced.log", "top"], scene.Names(snapshot));
        await AssertUsableAsync(scene, workspace, snapshot, "one\nchanged\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_what_was_never_fetched_nothing_is_told(bool isOriginThere)
    {
        using var scene = Cloned(isOriginThere, "--no-checkout");
        scene.Git("reset", "--quiet", "--mixed");
        scene.Write("in/f", "one\nchanged\n");
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal(("in/f", FileChange.Created), snapshot.Files.Select(file => (file.Path, file.Type)).Single());
        Assert.Equal(2, snapshot.LinesChanged);
        await AssertUsableAsync(scene, workspace, snapshot, "one\nchanged\n");
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_treeless_clone_is_no_other(bool isOriginThere)
    {
        using var scene = Cloned(isOriginThere, "--sparse", "--filter=tree:0");
        scene.Write("in/f", "one\nchanged\n");
        using var workspace = await scene.OpenAsync();

        var snapshot = await workspace.SnapshotAsync();

        Assert.Equal(("in/f", FileChange.Modified), snapshot.Files.Select(file => (file.Path, file.Type)).Single());
        await AssertUsableAsync(scene, workspace, snapshot, "one\nchanged\n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_worktree_of_it_is_delivered_whole()
    {
        using var scene = Cloned(isOriginThere: true, "--sparse");
        using var workspace = await scene.OpenAsync(new WorkspaceSource.Worktree(scene.User));
        Directory.Move(Path.Combine(scene.Folder, "origin"), Path.Combine(scene.Folder, "gone"));
        await File.WriteAllTextAsync(Path.Combine(workspace.Root, "in/f"), "changed", Scene.Cancellation);

        var made = Assert.IsType<BranchOutcome.Made>(await workspace.MakeBranchAsync(new("work", "Work", DateTimeOffset.UnixEpoch), Scene.Cancellation));

        Assert.Equal("in/f", scene.Git("diff-tree", "-r", "--name-only", "--no-commit-id", made.Commit));
    }

    /// <summary>It can be shown, taken elsewhere and restored; and nothing was fetched for it.</summary>
    private static async Task AssertUsableAsync(Scene scene, Workspace workspace, Workspaces.Snapshots.Snapshot snapshot, string content)
    {
        var diff = new MemoryStream();
        Assert.True(await workspace.DiffAsync(from: null, snapshot.Commit, diff, Scene.Cancellation));
        Assert.Contains("+changed", System.Text.Encoding.UTF8.GetString(diff.ToArray()), StringComparison.Ordinal);
        scene.Write("in/f", "later");
        await workspace.SnapshotAsync();
        Assert.Empty((await workspace.RestoreAsync(snapshot)).Differing);
        Assert.Equal(content, scene.Read("in/f"));
        await workspace.PruneAsync(new HashSet<string> { snapshot.Commit }, Scene.Cancellation);

        var bundle = new MemoryStream();
        var info = await workspace.BundleAsync(snapshot, basis: null, bundle, Scene.Cancellation);
        using var elsewhere = await scene.OpenAsync(new WorkspaceSource.Empty(), data: Path.Combine(scene.Folder, "elsewhere"));
        Assert.IsType<UnbundleOutcome.Unbundled>(await elsewhere.UnbundleAsync(
            [new BundlePart(info, _ => Task.FromResult<Stream?>(new MemoryStream(bundle.ToArray())))], Scene.Cancellation));
        Assert.Equal(File.ReadAllText(Path.Combine(scene.Folder, "packs")), Packs(scene));
    }

    private static Scene Cloned(bool isOriginThere, params string[] options)
    {
        var scene = new Scene(repository: false);
        var origin = Path.Combine(scene.Folder, "origin");
        scene.Root = origin;
        Directory.CreateDirectory(origin);
        scene.Git("init", "--quiet", "--initial-branch=main", ".");
        scene.Git("config", "uploadpack.allowFilter", "true");
        scene.Write("in/f", "one\n");
        scene.Write("in/forced.log", "tracked");
        scene.Write(".gitignore", "*.log\n");
        scene.Write("out/.gitignore", "*.tmp\n");
        scene.Write("out/x", "x");
        scene.Write("top", "top\n");
        scene.Git("add", "--all", "--force");
        scene.Git("commit", "--quiet", "-m", "first");
        scene.Root = null;
        var isTreeless = options.Contains("--filter=tree:0");
        Scene.GitIn(scene.Folder, ["clone", "--quiet", "--filter=blob:none", .. options, $"file://{origin}", "user"]);
        if (options.Contains("--sparse")) scene.Git(["sparse-checkout", "set", .. isTreeless ? ["--sparse-index"] : Array.Empty<string>(), "in"]);
        if (!isOriginThere) Directory.Move(origin, Path.Combine(scene.Folder, "gone"));
        File.WriteAllText(Path.Combine(scene.Folder, "packs"), Packs(scene));
        return scene;
    }

    private static string Packs(Scene scene) =>
        string.Join('\n', Directory.GetFiles(scene.Full(".git/objects/pack"), "*.promisor").Order(StringComparer.Ordinal));
}
