using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Checkpoints;

public sealed class FileCheckpointRestoringTests : CheckpointRestoringTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IBlobStore Open() => new FileBlobStore(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();
}

public sealed class AzureCheckpointRestoringTests(Azurite azurite) : CheckpointRestoringTests, IClassFixture<Azurite>
{
    protected override IBlobStore Open() => BlobStores.Open(azurite.Connection, "", $"c{Guid.NewGuid():N}", TimeProvider.System);
}

public abstract class CheckpointRestoringTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Open();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_restore_brings_the_tree_back_and_keeps_what_was_there()
    {
        await using var task = new TaskFixture(Open());
        task.Write("a", "one");
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true", "true");
        var first = await task.TakeAsync(1);
        await task.RecordAsync(timeline =>
        {
            timeline.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
            timeline.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch);
            timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch);
        });
        task.Write("a", "two");
        task.Write("b", "new");

        var restored = await task.RestoreAsync(first.Checkpoint!.Id, safety: 9);

        Assert.Null(restored.Problem);
        Assert.Equal(first.Checkpoint, restored.Checkpoint);
        Assert.Empty(restored.CompletedSteps);
        Assert.Equal(("one", false), (task.Read("a"), task.Has("b")));
        Assert.Equal(("manual", CheckpointSteps.Id(9).Value), (restored.Safety!.Type, restored.Safety.Id));

        // A repetition finds the same, however far the first one came.
        var again = await task.RestoreAsync(first.Checkpoint.Id, safety: 9);
        Assert.Equal(restored.Safety, again.Safety);

        var back = await task.RestoreAsync(restored.Safety.Id, safety: 10);
        Assert.Equal(("two", "new"), (task.Read("a"), task.Read("b")));
        Assert.Equal("1.1", Assert.Single(back.CompletedSteps));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_last_checkpoint_is_not_the_one_that_the_restore_itself_takes()
    {
        await using var task = new TaskFixture(Open());
        task.Write("a", "one");
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write("a", "two");
        Assert.Equal(CheckpointSteps.Id(1).Value, (await task.RestoreAsync(null, safety: 9)).Checkpoint!.Id);
        Assert.Equal(CheckpointSteps.Id(1).Value, (await task.RestoreAsync(null, safety: 9)).Checkpoint!.Id);
        Assert.Equal("one", task.Read("a"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Of_a_damaged_checkpoint_the_one_before_is_restored_and_said()
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        task.Write("a", "one");
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write("a", "two");
        await task.TakeAsync(2);
        task.Write("a", "three");
        var bundle = (await task.Checkpoints.FindAsync(task.Id, CheckpointSteps.Id(2), Cancellation)).Checkpoint!.Bundle!;
        await blobs.TryWriteAsync(bundle.Name, new MemoryStream([1, 2, 3]), BlobCondition.None, Cancellation);

        var restored = await task.RestoreAsync(CheckpointSteps.Id(2).Value, safety: 9);

        Assert.Equal(CheckpointSteps.Id(1).Value, restored.Checkpoint!.Id);
        Assert.Contains("0000000000000002 is damaged", restored.Problem, StringComparison.Ordinal);
        Assert.Equal("one", task.Read("a"));

        // And the next one does not build on what is damaged.
        await task.TakeAsync(11);
        Assert.Equal(CheckpointSteps.Id(11), (await task.Checkpoints.FindWholeAsync(task.Id, upTo: null, taken: null, named: null, Cancellation)).Checkpoint!.Id);
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Of_a_checkpoint_whose_record_is_missing_the_one_before_is_restored_and_said(int? wanted)
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        task.Write("a", "one");
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write("a", "two");
        var last = (await task.TakeAsync(2)).Checkpoint!;
        await task.RecordAsync(timeline => timeline.CheckpointTaken(last, "A test.", null, null, DateTimeOffset.UnixEpoch));
        Assert.True(await blobs.TryDeleteAsync(RecordOf(task.Id, 2), BlobCondition.None, Cancellation));

        var restored = await task.RestoreAsync(wanted is { } number ? CheckpointSteps.Id(number).Value : null, safety: 9);

        Assert.Equal(CheckpointSteps.Id(1).Value, restored.Checkpoint?.Id);
        Assert.Contains("0000000000000002 is damaged: Its record is missing. The one before it, 0000000000000001, was used.", restored.Problem, StringComparison.Ordinal);
        Assert.Equal("one", task.Read("a"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Of_another_tasks_checkpoint_whose_record_is_missing_the_one_before_is_begun_with()
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        task.Write("a", "one");
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write("a", "two");
        await task.TakeAsync(2);
        await task.TakeAsync(3);
        Assert.True(await blobs.TryDeleteAsync(RecordOf(task.Id, 2), BlobCondition.None, Cancellation));

        await using var other = new TaskFixture(blobs) { Id = TaskId.Parse("task-2") };
        await other.PrepareAsync("true");
        var restored = await other.RestoreAsync(CheckpointSteps.Id(2).Value, safety: 9);

        Assert.Equal((CheckpointSteps.Id(1).Value, "one"), (restored.Checkpoint?.Id, other.Read("a")));
        Assert.Contains("Its record is missing.", restored.Problem, StringComparison.Ordinal);
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("00000000000000ff", "There is no checkpoint 00000000000000ff")]
    [InlineData("no-id", "16 hex digits")]
    [InlineData(null, "There is no checkpoint yet")]
    public async Task Without_a_checkpoint_nothing_is_touched(string? id, string problem)
    {
        await using var task = new TaskFixture(Open());
        task.Write("a", "one");
        await task.PrepareAsync("true");
        var restored = await task.RestoreAsync(id, safety: 9);
        Assert.Null(restored.Checkpoint);
        Assert.Contains(problem, restored.Problem, StringComparison.Ordinal);
        Assert.Empty((await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_tree_of_another_tasks_checkpoint_can_be_begun_with()
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        task.Write("a", "one");
        await task.PrepareAsync("true");
        await task.TakeAsync(1);

        await using var other = new TaskFixture(blobs) { Id = TaskId.Parse("task-2") };
        other.Write("mine", "x");
        await other.PrepareAsync("true");
        var restored = await other.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 9);

        Assert.Equal(CheckpointSteps.Id(1).Value, restored.Checkpoint!.Id);
        Assert.Empty(restored.CompletedSteps);
        Assert.Equal(("one", false), (other.Read("a"), other.Has("mine")));
        Assert.NotNull((await other.TakeAsync(20)).Checkpoint);
        Assert.Equal(2, (await other.Checkpoints.ReadAllAsync(other.Id, Cancellation)).Whole.Count);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_the_restored_rules_do_not_ignore_is_kept_as_a_checkpoint_too()
    {
        await using var task = new TaskFixture(Open());
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true");
        await task.TakeAsync(1);
        task.Write(".gitignore", "cache\n");
        task.Write("cache", "costly");

        await task.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 9);

        Assert.False(task.Has("cache"));
        Assert.Equal(CheckpointSteps.Id(1).Value, (await task.RestoreAsync(null, safety: 11)).Checkpoint?.Id);
        var kept = (await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole;
        Assert.Equal(["A test.", "Before a restore.", "Before a restore, with what was ignored.", "Before a restore."], kept.Select(checkpoint => checkpoint.Description));
        await task.RestoreAsync(kept[2].Id.Value, safety: 10);
        Assert.Equal("costly", task.Read("cache"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Another_host_with_nothing_but_the_storage_goes_on_from_the_last_checkpoint()
    {
        var blobs = Open();
        await using var first = new TaskFixture(blobs);
        first.Write("folder/a", "one");
        UserRepository.Init(first.Workspace);
        await first.PrepareAsync("true");
        await first.TakeAsync(1);
        first.Write("folder/a", "two");
        first.Write("b", "new");
        var last = await first.TakeAsync(2);
        await first.RestoreAsync(CheckpointSteps.Id(1).Value, safety: 3);
        await first.RestoreAsync(last.Checkpoint!.Id, safety: 4);
        var path = first.Workspace;
        Directory.Delete(path, recursive: true);

        await using var second = new TaskFixture(blobs);
        var record = await second.Records.ReadAsync(second.Id, Cancellation);
        Assert.False((await second.TakeAsync(5)).Checkpoint is not null, "It holds no tree to take one of.");
        Assert.True((await second.Revival.ReviveAsync(new ReviveTask(second.Id.Value, DateTimeOffset.UnixEpoch), Cancellation)).TreeIsLost);

        var arrived = Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, last: null, Cancellation));

        Assert.Equal(path, arrived.Folder);
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(path, "folder/a"), Cancellation));
        Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(path, "b"), Cancellation));
        Assert.Contains(last.Checkpoint.Id, arrived.Said, StringComparison.Ordinal);
        Assert.Null(Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, last: null, Cancellation)).Said);
        var next = await second.TakeAsync(6);
        Assert.Equal("refs/agent-tasks/task-1/6", next.Checkpoint!.Ref);
        Directory.Delete(path, recursive: true);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_a_folder_of_the_users_held_on_the_other_host_becomes_a_checkpoint()
    {
        var blobs = Open();
        await using var first = new TaskFixture(blobs);
        first.Write("a", "one");
        UserRepository.Init(first.Workspace);
        await first.PrepareAsync("true");
        await first.TakeAsync(1);
        var path = first.Workspace;
        File.WriteAllText(Path.Combine(path, "a"), "their own");
        File.WriteAllText(Path.Combine(path, "b"), "of days");

        await using var second = new TaskFixture(blobs);
        var record = await second.Records.ReadAsync(second.Id, Cancellation);
        await MoveElsewhereAsync(second.Id, blobs);
        var arrived = Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, last: null, Cancellation));

        Assert.Equal("one", File.ReadAllText(Path.Combine(arrived.Folder, "a")));
        var kept = (await second.Checkpoints.ReadAllAsync(second.Id, Cancellation)).Whole;
        Assert.Equal(2, kept.Count);
        Assert.StartsWith("What was in the folder on ", kept[^1].Description, StringComparison.Ordinal);

        // The last one is that of the task's work, and it can be had all the same.
        Assert.Equal(CheckpointSteps.Id(1).Value, (await second.RestoreAsync(null, safety: 8)).Checkpoint?.Id);
        Assert.Equal("one", File.ReadAllText(Path.Combine(path, "a")));
        await second.RestoreAsync(kept[^1].Id.Value, safety: 9);
        Assert.Equal("their own of days", File.ReadAllText(Path.Combine(path, "a")) + " " + File.ReadAllText(Path.Combine(path, "b")));
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task The_storage_alone_is_enough_whatever_the_format_of_the_objects(string format)
    {
        var blobs = Open();
        await using var first = new TaskFixture(blobs);
        UserRepository.Git(first.Workspace, "init", "--quiet", "--object-format", format, ".");
        first.Write("a", "one");
        await first.PrepareAsync("true");
        var taken = await first.TakeAsync(1);
        Assert.Null(taken.Problem);
        first.Write("a", "two");
        await first.TakeAsync(2);
        var path = first.Workspace;
        Directory.Delete(path, recursive: true);

        await using var second = new TaskFixture(blobs);
        var record = await second.Records.ReadAsync(second.Id, Cancellation);
        var arrived = Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, last: null, Cancellation));

        Assert.Equal("two", File.ReadAllText(Path.Combine(arrived.Folder, "a")));
        var (diff, problem) = await second.Files.DiffAsync(from: null, (await second.Checkpoints.ReadAllAsync(second.Id, Cancellation)).Whole[0], Cancellation);
        Assert.Null(problem);
        await diff!.DisposeAsync();
        Assert.NotNull((await second.TakeAsync(3)).Checkpoint);
        Directory.Delete(path, recursive: true);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_host_whose_tree_is_of_the_past_restores_before_it_works_again()
    {
        var blobs = Open();
        using var origin = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(origin.Path, "a"), "one", Cancellation);
        UserRepository.Init(origin.Path);
        await using var first = new TaskFixture(blobs);
        await first.PrepareAsync(TaskFixture.BodyOf(new { repository = origin.Path }, "true"));
        var record = await first.Records.ReadAsync(first.Id, Cancellation);
        var there = Assert.IsType<ArrivedTree.Here>(await first.Arrival.BringAsync(record, null, Cancellation));
        await first.TakeAsync(1, CheckpointType.Milestone);

        await using var second = new TaskFixture(blobs);
        var here = Assert.IsType<ArrivedTree.Here>(await second.Arrival.BringAsync(record, null, Cancellation));
        Assert.NotEqual(there.Folder, here.Folder);
        Assert.NotNull(UserRepository.Git(here.Folder, "rev-parse", "HEAD"));
        await File.WriteAllTextAsync(Path.Combine(here.Folder, "a"), "two", Cancellation);
        await second.TakeAsync(2);

        Assert.Null((await first.TakeAsync(3)).Checkpoint);
        Assert.IsType<ArrivedTree.Here>(await first.Arrival.BringAsync(record, null, Cancellation));
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(there.Folder, "a"), Cancellation));
        Assert.NotNull((await first.TakeAsync(4)).Checkpoint);
    }

    /// <summary>As if the task had last been on another machine.</summary>
    private static async Task MoveElsewhereAsync(TaskId task, IBlobStore blobs)
    {
        var holders = new TreeHolders(blobs);
        var holder = (await holders.ReadAsync(task, Cancellation))!;
        Assert.True(await holders.TryWriteAsync(task, holder.Value with { Machine = "another" }, holder, Cancellation));
    }

    private static string RecordOf(TaskId task, int number) => $"tasks/{task}/checkpoints/{number:d9}.{CheckpointSteps.Id(number)}.json";
}
