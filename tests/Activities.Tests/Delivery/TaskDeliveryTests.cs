using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Delivery;

public sealed class TaskDeliveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _origin;

    public TaskDeliveryTests()
    {
        _origin = Directory.CreateDirectory(Path.Combine(_folder.Path, "origin")).FullName;
        File.WriteAllText(Path.Combine(_origin, "a"), "one\n");
        UserRepository.Init(_origin);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_patch_of_what_the_task_changed_is_always_there()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { path = _origin }, "echo two >> a; printf '\\000' > bin; mkdir -p d; echo x > d/new"));
        Assert.NotNull((await task.TakeAsync(1, CheckpointType.Milestone)).Checkpoint);
        await task.RunAsync();

        Assert.Equal(new Delivered(null, null), await DeliverAsync(task));

        var patch = await PatchAsync(task);
        UserRepository.Git(_folder.Path, "clone", "--quiet", _origin, "clone");
        var clone = Path.Combine(_folder.Path, "clone");
        await File.WriteAllTextAsync(Path.Combine(clone, "p"), patch, Cancellation);
        UserRepository.Git(clone, "apply", "p");
        Assert.Equal("one\ntwo\n", await File.ReadAllTextAsync(Path.Combine(clone, "a"), Cancellation));
        Assert.Equal("x\n", await File.ReadAllTextAsync(Path.Combine(clone, "d", "new"), Cancellation));
        Assert.Equal([0], await File.ReadAllBytesAsync(Path.Combine(clone, "bin"), Cancellation));
        Assert.Equal("?? bin\n?? d/", UserRepository.Git(_origin, "status", "--short", "--", "bin", "d"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_branch_of_a_clone_is_pushed_to_where_it_came_from()
    {
        UserRepository.Git(_folder.Path, "clone", "--quiet", "--bare", _origin, "bare.git");
        var bare = Path.Combine(_folder.Path, "bare.git");
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { repository = bare }, new { branch = true, push = true, patch = true }, "echo two >> a"));
        await task.TakeAsync(1, CheckpointType.Milestone);
        await task.RunAsync();

        var delivered = await DeliverAsync(task);

        Assert.Null(delivered.Problem);
        Assert.Contains("agent-tasks/task-1", delivered.Summary, StringComparison.Ordinal);
        Assert.Contains("pushed to origin", delivered.Summary, StringComparison.Ordinal);
        Assert.Equal("one\ntwo", UserRepository.Git(bare, "show", "agent-tasks/task-1:a"));
        Assert.Equal(delivered, await DeliverAsync(task));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_worktree_delivers_its_branch_into_the_repository_it_is_of_and_goes_with_the_task()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { path = _origin, isolation = "worktree" }, new { branch = true, push = true }, "echo two >> a"));
        await task.TakeAsync(1, CheckpointType.Milestone);
        await task.RunAsync();

        var delivered = await DeliverAsync(task);
        await task.Workspaces.DeleteAsync(task.Id, Cancellation);

        Assert.Equal("one\ntwo", UserRepository.Git(_origin, "show", "agent-tasks/task-1:a"));
        Assert.Contains("git remote add", delivered.Problem, StringComparison.Ordinal);
        Assert.Equal("", UserRepository.Git(_origin, "status", "--short"));
        Assert.DoesNotContain("/workspaces/", UserRepository.Git(_origin, "worktree", "list"), StringComparison.Ordinal);
        Assert.Equal("", UserRepository.Git(_origin, "for-each-ref", "refs/agent-tasks"));
        Assert.False(Directory.Exists(task.Workspaces.ScratchOf(task.Id)));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_that_has_only_the_last_checkpoint_fetches_the_first_for_the_patch()
    {
        var blobs = new FileBlobStore(Path.Combine(_folder.Path, "blobs"), TimeProvider.System);
        await using var first = new TaskFixture(blobs);
        await first.PrepareAsync(TaskFixture.BodyOf(new { repository = _origin }, "echo two >> a"));
        await first.TakeAsync(1, CheckpointType.Milestone);
        for (var number = 2; number < 14; number++) await first.TakeAsync(number); // The last one is of a chain of its own.
        await first.RunAsync();
        await first.TakeAsync(14);

        await using var second = new TaskFixture(blobs);
        await second.Arrival.BringAsync(await second.Records.ReadAsync(second.Id, Cancellation), null, Cancellation);
        await DeliverAsync(second);

        Assert.Contains("+two", await PatchAsync(second), StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Of_a_task_that_begins_at_a_checkpoint_the_patch_is_what_came_after_that()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync("echo two >> a");
        task.Write("given", "with the checkpoint");
        var begin = await task.TakeAsync(1);
        File.Delete(Path.Combine(task.Workspace, "given"));
        task.Write("there", "before");
        await task.RestoreAsync(begin.Checkpoint!.Id, safety: 2);
        var another = $"tasks/{task.Id}/checkpoints/000000001.{begin.Checkpoint.Id}.json";
        Assert.True(await task.Blobs.TryDeleteAsync(another, BlobCondition.None, Cancellation));
        await task.TakeAsync(3, CheckpointType.Milestone);

        await task.RunAsync();
        await DeliverAsync(task);

        var patch = await PatchAsync(task);
        Assert.Contains("+two", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("there", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("given", patch, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_patch_that_does_not_begin_where_the_task_did_says_so()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { path = _origin }, new { patch = true }, "echo two >> a"));
        await task.TakeAsync(1, CheckpointType.Milestone);
        Assert.Null((await DeliverAsync(task)).Problem);
        await task.RunAsync();
        var second = (await task.TakeAsync(2)).Checkpoint!;
        Assert.True(await task.Blobs.TryDeleteAsync($"tasks/{task.Id}/checkpoints/000000001.{CheckpointSteps.Id(1)}.json", BlobCondition.None, Cancellation));

        Assert.Contains($"begins only at checkpoint {second.Id}", (await DeliverAsync(task)).Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_cannot_be_delivered_is_told_to_who_asked()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { path = _origin }, new { patch = true }, "true"));
        Assert.Contains("no checkpoint of it was taken", (await DeliverAsync(task)).Problem, StringComparison.Ordinal);
    }

    private static Task<Delivered> DeliverAsync(TaskFixture task) => task.Delivery.DeliverAsync(new Deliver(task.Id.Value), Cancellation);

    private static async Task<string> PatchAsync(TaskFixture task)
    {
        await using var reading = await task.Patches.OpenAsync(task.Id, Cancellation);
        using var reader = new StreamReader(reading!.Content);
        return await reader.ReadToEndAsync(Cancellation);
    }
}
