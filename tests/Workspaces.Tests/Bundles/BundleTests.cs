using DurableAgentTasks.Workspaces.Bundles;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Tests.Bundles;

public sealed class BundleTests
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_an_object_was_lost_the_next_checkpoint_is_whole_again(bool isTold)
    {
        using var scene = new Scene();
        scene.Write("d/e/a", "1");
        using var workspace = await scene.OpenAsync();
        await workspace.SnapshotAsync();
        scene.Write("d/e/a", "2");
        if (isTold) await workspace.SnapshotAsync();
        else await workspace.DiffAsync(from: scene.Git("rev-parse", "refs/agent-tasks/fix-login/1"), to: null);
        var lost = scene.Git("hash-object", "d/e/a");
        File.Delete(scene.Full($".git/objects/{lost[..2]}/{lost[2..]}"));
        await Assert.ThrowsAsync<GitException>(async () => await workspace.BundleAsync(await workspace.SnapshotAsync(), basis: null, Stream.Null, Scene.Cancellation));
        scene.Git("gc", "--quiet", "--prune=now");

        var next = await workspace.SnapshotAsync();

        Assert.True((await workspace.BundleAsync(next, basis: null, Stream.Null, Scene.Cancellation)).Size > 0);
        Assert.Equal("2", scene.Content(next, "d/e/a"));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_chain_of_bundles_gives_the_same_tree_on_an_empty_machine(bool repository)
    {
        using var scene = new Scene(repository);
        using var workspace = await scene.OpenAsync();
        var (parts, last) = await ChainAsync(scene, workspace);
        Assert.True(parts[3].Size < parts[0].Size / 4, $"{parts[3].Size} of {parts[0].Size} bytes");

        using var elsewhere = await scene.OpenAsync(new WorkspaceSource.Empty(), data: Path.Combine(scene.Folder, "elsewhere"));
        var outcome = Assert.IsType<UnbundleOutcome.Unbundled>(await elsewhere.UnbundleAsync(Parts(parts), Scene.Cancellation));
        Assert.Equal((last.Commit, last.Tree), (outcome.Commit, outcome.Tree));
        await elsewhere.RestoreAsync(last);

        var next = await elsewhere.SnapshotAsync(after: 7);
        Assert.Equal((last.Tree, 8), (next.Tree, next.Number));
        Assert.True(Directory.Exists(Path.Combine(elsewhere.Root, "hollow")));
        Assert.Equal("../outside", new FileInfo(Path.Combine(elsewhere.Root, "link")).LinkTarget);
        await elsewhere.BundleAsync(next, last.Commit, Stream.Null, Scene.Cancellation);
        Assert.IsType<UnbundleOutcome.Unbundled>(await elsewhere.UnbundleAsync(Parts(parts), Scene.Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task Git_itself_takes_the_bundles()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        var (parts, last) = await ChainAsync(scene, workspace);
        var other = Directory.CreateDirectory(Path.Combine(scene.Folder, "other")).FullName;
        Scene.GitIn(other, "init", "--quiet");
        foreach (var part in parts)
        {
            var file = Path.Combine(scene.Folder, "some.bundle");
            await File.WriteAllBytesAsync(file, part.Bytes, Scene.Cancellation);
            Scene.GitIn(other, "bundle", "verify", "--quiet", file);
            Scene.GitIn(other, "fetch", "--quiet", file, "refs/*:refs/*");
        }

        Assert.Equal(last.Tree, Scene.GitIn(other, "rev-parse", $"{last.Ref}^{{tree}}"));
        Scene.GitIn(other, "fsck", "--strict", "--no-dangling");
    }

    [Fact(Timeout = Limit)]
    public async Task An_altered_cut_or_missing_bundle_is_refused()
    {
        using var scene = new Scene();
        using var workspace = await scene.OpenAsync();
        var (parts, _) = await ChainAsync(scene, workspace);
        using var elsewhere = await scene.OpenAsync(new WorkspaceSource.Empty(), data: Path.Combine(scene.Folder, "elsewhere"));
        var random = new Random(3);
        for (var i = 0; i < 40; i++)
        {
            var part = random.Next(parts.Count);
            var bytes = parts[part].Bytes.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (i % 4 == 1) bytes = bytes[..random.Next(bytes.Length)];
            if (i % 4 == 2) bytes = [.. bytes, 0];
            var missing = i % 4 == 3;
            var damaged = Parts(parts).ToArray();
            damaged[part] = new BundlePart(parts[part].Info, _ => Task.FromResult<Stream?>(missing ? null : new MemoryStream(bytes)));

            var outcome = Assert.IsType<UnbundleOutcome.Damaged>(await elsewhere.UnbundleAsync(damaged, Scene.Cancellation));

            Assert.Equal(part, outcome.Part);
        }

        Assert.IsType<RestoreOutcome.Refused>(await elsewhere.RestoreAsync(parts[^1].Info.Commit, new(Scene.At), Scene.Cancellation));
        using var other = await scene.OpenAsync(new WorkspaceSource.Empty(), data: Path.Combine(scene.Folder, "other"));
        Assert.IsType<UnbundleOutcome.Damaged>(await other.UnbundleAsync(Parts(parts.Skip(1)), Scene.Cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task An_incremental_bundle_is_about_as_small_as_gits_own()
    {
        using var scene = new Scene();
        var random = new Random(5);
        for (var i = 0; i < 400; i++) scene.Write($"d{i % 9}/f{i}", string.Join('\n', Enumerable.Range(0, 200).Select(_ => random.Next())));
        using var workspace = await scene.OpenAsync();
        var first = await workspace.SnapshotAsync();
        for (var i = 0; i < 50; i++) scene.Write($"d{i % 9}/f{i}", $"{scene.Read($"d{i % 9}/f{i}")}\n{random.Next()}");
        Directory.Move(scene.Full("d8"), scene.Full("renamed"));
        var second = await workspace.SnapshotAsync();
        var ours = await workspace.BundleAsync(second, first.Commit, Stream.Null, Scene.Cancellation);

        var child = scene.Git("commit-tree", second.Tree, "-p", first.Commit, "-m", "x");
        scene.Git("update-ref", "refs/heads/child", child);
        scene.Git("bundle", "create", "--quiet", Path.Combine(scene.Folder, "gits"), "refs/heads/child", $"^{first.Commit}");
        var gits = new FileInfo(Path.Combine(scene.Folder, "gits")).Length;

        Assert.True(ours.Size <= gits * 1.1, $"{ours.Size} bytes, git's has {gits}");
    }

    private static async Task<(List<(BundleInfo Info, byte[] Bytes, int Size)> Parts, Snapshot Last)> ChainAsync(Scene scene, Workspace workspace)
    {
        var random = new Random(2);
        Directory.CreateDirectory(scene.Full("hollow"));
        File.CreateSymbolicLink(scene.Full("link"), "../outside");
        for (var i = 0; i < 50; i++) scene.Write($"d{i % 5}/f{i}", string.Join('\n', Enumerable.Range(0, 100).Select(_ => random.Next())));
        var parts = new List<(BundleInfo, byte[], int)>();
        Snapshot? last = null;
        for (var i = 0; i < 4; i++)
        {
            scene.Write($"d{i}/f{i}", $"{scene.Read($"d{i}/f{i}")}\nmore {i}");
            scene.Write($"new {i}\n", "x");
            var snapshot = await workspace.SnapshotAsync();
            var bytes = new MemoryStream();
            var info = await workspace.BundleAsync(snapshot, last?.Commit, bytes, Scene.Cancellation);
            Assert.Equal((bytes.Length, last?.Commit), (info.Size, info.Basis));
            parts.Add((info, bytes.ToArray(), (int)bytes.Length));
            last = snapshot;
        }

        return (parts, last!);
    }

    private static IReadOnlyList<BundlePart> Parts(IEnumerable<(BundleInfo Info, byte[] Bytes, int Size)> parts) =>
        [.. parts.Select(part => new BundlePart(part.Info, _ => Task.FromResult<Stream?>(new MemoryStream(part.Bytes))))];
}
