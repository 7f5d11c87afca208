using System.Text;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Activities.Tests.Checkpoints;

public sealed class FileCheckpointFilesTests : CheckpointFilesTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IBlobStore Open() => new FileBlobStore(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();
}

public sealed class AzureCheckpointFilesTests(Azurite azurite) : CheckpointFilesTests, IClassFixture<Azurite>
{
    protected override IBlobStore Open() => BlobStores.Open(azurite.Connection, "", $"c{Guid.NewGuid():N}", TimeProvider.System);
}

public abstract class CheckpointFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Open();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_diff_is_between_any_two_and_git_applies_it()
    {
        await using var task = new TaskFixture(Open());
        var (one, two, three) = await ThreeAsync(task);

        Assert.Contains("+two", await DiffAsync(task, one, two), StringComparison.Ordinal);
        Assert.Contains("-three", await DiffAsync(task, three, two), StringComparison.Ordinal);
        var patch = await DiffAsync(task, one, three);
        var other = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(other, "a.txt"), "one\n");
        File.WriteAllText(Path.Combine(other, "the.patch"), patch, Encoding.Latin1);
        UserRepository.Init(other);
        UserRepository.Git(other, "apply", "--binary", "the.patch");
        Assert.Equal("one\ntwo\nthree\n", await File.ReadAllTextAsync(Path.Combine(other, "a.txt"), Cancellation));
        Assert.Equal([0, 1, 255, 0], await File.ReadAllBytesAsync(Path.Combine(other, "data.bin"), Cancellation));
        Directory.Delete(other, recursive: true);
        Assert.Empty(await DiffAsync(task, two, two));
        AssertNoScratch(task);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_first_is_compared_with_what_the_task_began_with()
    {
        await using var task = new TaskFixture(Open());
        task.Write("committed.txt", "old\n");
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true");
        task.Write("begun.txt", "new\n");
        await task.TakeAsync(1);
        var patch = await DiffAsync(task, from: null, await CheckpointAsync(task, 1));
        Assert.Contains("begun.txt", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("committed.txt", patch, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_is_lost_of_it_here_is_read_from_the_storage()
    {
        await using var task = new TaskFixture(Open());
        var (one, two, three) = await ThreeAsync(task);
        var (diff, toTree) = (await DiffAsync(task, one, two), await TreeDiffAsync(task, two));
        var lost = UserRepository.Git(task.Workspace, "rev-parse", $"{two.Commit}:a.txt").Trim();
        File.Delete(Path.Combine(task.Workspace, ".git", "objects", lost[..2], lost[2..]));

        Assert.Equal(diff, await DiffAsync(task, one, two));
        Assert.NotEmpty(await BundleAsync(task, two));
        Assert.Equal(toTree, await TreeDiffAsync(task, two));
        Assert.NotEmpty(await BundleAsync(task, three));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task It_is_read_from_the_storage_alone_where_the_tree_is_not()
    {
        await using var task = new TaskFixture(Open());
        var (one, _, three) = await ThreeAsync(task);
        var here = await DiffAsync(task, one, three);
        var bundleHere = await BundleAsync(task, three);
        await using var elsewhere = new TaskFixture(task.Blobs);

        Assert.Equal(here, await DiffAsync(elsewhere, one, three));
        Assert.Contains("committed.txt", await DiffAsync(elsewhere, from: null, one), StringComparison.Ordinal);
        Assert.NotEmpty(bundleHere);
        await AssertFetchesAsync(await BundleAsync(elsewhere, three), three);
        var (content, problem) = await elsewhere.Files.DiffToTreeAsync(one, Cancellation);
        Assert.Null(content);
        Assert.StartsWith("The work tree is not on this host", problem, StringComparison.Ordinal);
        AssertNoScratch(elsewhere);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_bundle_is_complete_though_that_of_the_checkpoint_builds_on_others()
    {
        await using var task = new TaskFixture(Open());
        var (one, _, three) = await ThreeAsync(task);
        Assert.NotEmpty(three.BuildsOn);
        await AssertFetchesAsync(await BundleAsync(task, one), one);
        await AssertFetchesAsync(await BundleAsync(task, three), three);
        AssertNoScratch(task);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_work_tree_is_compared_as_it_is_now()
    {
        await using var task = new TaskFixture(Open());
        var (one, _, three) = await ThreeAsync(task);
        task.Write("a.txt", "else\n");
        var (content, problem) = await task.Files.DiffToTreeAsync(three, Cancellation);
        Assert.Null(problem);
        var text = await TextAsync(content!);
        Assert.Contains("+else", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data.bin", text, StringComparison.Ordinal);
        Assert.NotNull((await task.Files.DiffToTreeAsync(one, Cancellation)).Content);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_is_damaged_is_told()
    {
        await using var task = new TaskFixture(Open());
        var (one, _, three) = await ThreeAsync(task);
        await using var elsewhere = new TaskFixture(task.Blobs);
        await task.Blobs.TryWriteAsync(one.Bundle!.Name, new MemoryStream([1, 2, 3]), default, Cancellation);
        var (content, problem) = await elsewhere.Files.DiffAsync(one, three, Cancellation);
        Assert.Null(content);
        Assert.Contains("cannot be used: It has 3 of its", problem, StringComparison.Ordinal);
        (content, problem) = await elsewhere.Files.BundleAsync(one, Cancellation);
        Assert.Equal((null, $"The bundle {one.Bundle.Name} is altered: its SHA-256 is another one."), (content, problem));
        AssertNoScratch(elsewhere);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_an_earlier_life_left_goes()
    {
        await using var task = new TaskFixture(Open());
        var (one, two, _) = await ThreeAsync(task);
        var left = Directory.CreateDirectory(Path.Combine(task.Data, "scratch", "left"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "x"), "x", Cancellation);
        task.Begin();
        Assert.NotEmpty(await DiffAsync(task, one, two));
        AssertNoScratch(task);
    }

    private static async Task<(Checkpoint One, Checkpoint Two, Checkpoint Three)> ThreeAsync(TaskFixture task)
    {
        task.Write("committed.txt", "old\n");
        task.Write("a.txt", "one\n");

        // Enough that the later bundles build on the first.
        task.Write("large.txt", string.Join('\n', Enumerable.Range(0, 5_000).Select(i => i * 7_919)));
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write("a.txt", "one\ntwo\n");
        await task.TakeAsync(2);
        task.Write("a.txt", "one\ntwo\nthree\n");
        await File.WriteAllBytesAsync(Path.Combine(task.Workspace, "data.bin"), [0, 1, 255, 0], Cancellation);
        await task.TakeAsync(3);
        return (await CheckpointAsync(task, 1), await CheckpointAsync(task, 2), await CheckpointAsync(task, 3));
    }

    private static async Task<Checkpoint> CheckpointAsync(TaskFixture task, int number) =>
        (await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole.Single(checkpoint => checkpoint.Number == number);

    private static async Task<string> DiffAsync(TaskFixture task, Checkpoint? from, Checkpoint to)
    {
        var (content, problem) = await task.Files.DiffAsync(from, to, Cancellation);
        Assert.Null(problem);
        return await TextAsync(content!);
    }

    private static async Task<string> TreeDiffAsync(TaskFixture task, Checkpoint from)
    {
        var (content, problem) = await task.Files.DiffToTreeAsync(from, Cancellation);
        Assert.Null(problem);
        return await TextAsync(content!);
    }

    private static async Task<byte[]> BundleAsync(TaskFixture task, Checkpoint checkpoint)
    {
        var (content, problem) = await task.Files.BundleAsync(checkpoint, Cancellation);
        Assert.Null(problem);
        return Encoding.Latin1.GetBytes(await TextAsync(content!));
    }

    private static async Task AssertFetchesAsync(byte[] bundle, Checkpoint checkpoint)
    {
        var other = Directory.CreateTempSubdirectory().FullName;
        UserRepository.Init(other);
        var file = Path.Combine(other, "some.bundle");
        await File.WriteAllBytesAsync(file, bundle, Cancellation);
        UserRepository.Git(other, "fetch", "--quiet", file, checkpoint.Ref);
        Assert.Equal(checkpoint.Tree, UserRepository.Git(other, "rev-parse", "FETCH_HEAD^{tree}"));
        UserRepository.Git(other, "fsck", "--strict", "--no-dangling");
        Directory.Delete(other, recursive: true);
    }

    private static async Task<string> TextAsync(Stream content)
    {
        await using (content)
        {
            using var reader = new StreamReader(content, Encoding.Latin1);
            return await reader.ReadToEndAsync(Cancellation);
        }
    }

    private static void AssertNoScratch(TaskFixture task) => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(task.Data, "scratch")));
}
