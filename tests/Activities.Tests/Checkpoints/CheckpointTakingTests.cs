using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Checkpoints;

public sealed class FileCheckpointTakingTests : CheckpointTakingTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected override IBlobStore Open() => new FileBlobStore(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    /// <summary>Not on the other store too, where it takes long and shows nothing else.</summary>
    [Fact(Timeout = 3 * TaskFixture.Patience)]
    public async Task Only_fifty_are_kept_and_each_of_them_can_be_restored_here_and_from_the_storage_alone()
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true");
        for (var number = 1; number <= 63; number++)
        {
            task.Write("counter", $"{number}\n");
            task.Write($"folder-{number % 7}/{number}", $"{number}\n");
            Assert.NotNull((await task.TakeAsync(number, number == 12 ? CheckpointType.Milestone : CheckpointType.Automatic)).Checkpoint);
        }

        var kept = (await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole;
        Assert.Equal([12, .. Enumerable.Range(15, 49)], kept.Select(checkpoint => checkpoint.Number));
        var refs = UserRepository.Git(task.Workspace, "for-each-ref", "--format=%(refname)", "refs/agent-tasks/").Split('\n');
        Assert.Equal(50, refs.Length);
        var bundles = await blobs.ListAsync("tasks/task-1/bundles/", Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
        Assert.Equal(BundleChain.Needed(kept).Order(StringComparer.Ordinal), bundles);
        Assert.InRange(bundles.Count, 50, 62);
        foreach (var number in new[] { 12, 15, 30 })
        {
            var restored = await task.RestoreAsync($"{number:x16}", safety: 1000 + number);
            Assert.Null(restored.Problem);
            Assert.Equal($"{number}\n", task.Read("counter"));
        }

        foreach (var checkpoint in new[] { kept[0], kept[1], kept[20], kept[^1] })
        {
            Directory.Delete(task.Workspace, recursive: true);
            await using var other = new TaskFixture(blobs);
            var restored = await other.RestoreAsync(checkpoint.Id.Value, safety: 2000 + checkpoint.Number);
            Assert.Null(restored.Problem);
            Assert.Equal(checkpoint.Reference, restored.Checkpoint);
            Assert.Equal(checkpoint.Tree, TreeOf(task.Workspace));
        }
    }

    private static string TreeOf(string folder)
    {
        UserRepository.Git(folder, "init", "--quiet", ".");
        UserRepository.Git(folder, "add", "-A");
        return UserRepository.Git(folder, "write-tree");
    }
}

public sealed class AzureCheckpointTakingTests(Azurite azurite) : CheckpointTakingTests, IClassFixture<Azurite>
{
    protected override IBlobStore Open() => BlobStores.Open(azurite.Connection, "", $"c{Guid.NewGuid():N}", TimeProvider.System);
}

public abstract class CheckpointTakingTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Open();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_checkpoint_holds_the_tree_and_where_the_task_stands()
    {
        await using var task = new TaskFixture(Open());
        task.Write("a.txt", "one\n");
        UserRepository.Init(task.Workspace);
        await task.PrepareAsync("true", "false");
        await task.RecordAsync(timeline =>
        {
            timeline.Transition(TaskState.Planning, "started", At);
            timeline.Transition(TaskState.Executing, "plan_given", At);
            timeline.StepStarted("1.1", 1, At);
            timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, At, new AgentUse("session-1", null, new TokenUsage(1, 2, 3, 4, 5)));
        });
        var first = await task.TakeAsync(1, CheckpointType.Milestone);
        task.Write("b.txt", "two\nthree\n");

        var second = await task.TakeAsync(2);

        Assert.Null(first.Problem);
        Assert.Null(second.Problem);
        var stored = await task.Checkpoints.ReadAllAsync(task.Id, Cancellation);
        Assert.Equal([1, 2], stored.Whole.Select(checkpoint => checkpoint.Number));
        var checkpoint = stored.Whole[1];
        Assert.Equal(second.Checkpoint, checkpoint.Reference);
        Assert.Equal(("0000000000000002", "automatic", "refs/agent-tasks/task-1/2"), (second.Checkpoint!.Id, second.Checkpoint.Type, second.Checkpoint.Ref));
        Assert.Equal(checkpoint.Commit, UserRepository.Git(task.Workspace, "rev-parse", "refs/agent-tasks/task-1/2"));
        Assert.Equal((1, "b.txt", 2L), (checkpoint.FilesModified, checkpoint.Files[0].Path, checkpoint.LinesChanged));
        Assert.Equal("1.1", Assert.Single(checkpoint.CompletedSteps));
        Assert.Equal("1.2", Assert.Single(checkpoint.PendingSteps));
        Assert.Equal(1, checkpoint.PhaseId);
        Assert.Equal(new AgentSession("session-1", new TokenUsage(1, 2, 3, 4, 5)), checkpoint.Sessions["1.1"]);
        Assert.Contains("- [x] 1.1 Step", checkpoint.Todo, StringComparison.Ordinal);
        Assert.Equal("hello", checkpoint.Environment["GREETING"]);
        Assert.Equal("1", checkpoint.Variables["attempts.1.1"]);
        Assert.NotNull(checkpoint.Plan);
        Assert.True(checkpoint.Duration > TimeSpan.Zero);
        Assert.Equal(stored.Whole[0].Bundle, Assert.Single(checkpoint.BuildsOn));
        Assert.Equal(checkpoint.Id, (await task.Checkpoints.FindWholeAsync(task.Id, upTo: null, taken: null, named: null, Cancellation)).Checkpoint!.Id);
        Assert.Equal((task.Id, 2), await task.Checkpoints.FindNoteAsync(checkpoint.Id, Cancellation));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Asked_again_for_the_same_id_it_gives_the_one_that_was_taken()
    {
        await using var task = new TaskFixture(Open());
        await task.PrepareAsync("true");
        var both = await Task.WhenAll(task.TakeAsync(1), task.TakeAsync(1));
        task.Write("later", "x");
        var again = await task.TakeAsync(1);
        Assert.All(both, one => Assert.Equal(again, one));
        Assert.Single((await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Two_at_once_are_two_checkpoints()
    {
        await using var task = new TaskFixture(Open());
        await task.PrepareAsync("true");
        task.Write("a", "one");

        var both = await Task.WhenAll(task.TakeAsync(1), task.TakeAsync(2));

        Assert.All(both, taken => Assert.NotNull(taken.Checkpoint));
        Assert.Equal([1, 2], (await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole.Select(checkpoint => checkpoint.Number));
        task.Write("a", "two");
        foreach (var taken in both)
        {
            Assert.NotNull((await task.RestoreAsync(taken.Checkpoint!.Id, safety: 10 + (taken == both[0] ? 0 : 1))).Checkpoint);
            Assert.Equal("one", task.Read("a"));
        }
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Two_hosts_that_are_asked_for_the_same_at_once_have_one()
    {
        var blobs = Open();
        await using var one = new TaskFixture(blobs);
        UserRepository.Init(one.Workspace);
        await one.PrepareAsync("true");
        await using var other = new TaskFixture(blobs);
        for (var id = 1; id <= 4; id++)
        {
            one.Write("a", $"{id}");

            var both = await Task.WhenAll(one.TakeAsync(id), other.TakeAsync(id));

            Assert.All(both, taken => Assert.Null(taken.Problem));
            var stored = Assert.Single((await one.Checkpoints.ReadAllAsync(one.Id, Cancellation)).Whole, checkpoint => checkpoint.Id == CheckpointSteps.Id(id));
            Assert.Equal((one.Id, stored.Number), await one.Checkpoints.FindNoteAsync(stored.Id, Cancellation));
            Assert.Equal(stored.Reference, (await other.TakeAsync(id)).Checkpoint);
            one.Write("a", "later");
            Assert.Null((await one.RestoreAsync(stored.Id.Value, safety: 100 + id)).Problem);
            Assert.Equal($"{id}", one.Read("a"));
        }
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Two_hosts_that_save_one_folder_differently_have_the_one_that_was_recorded_first()
    {
        var blobs = Open();
        await using var one = new TaskFixture(blobs);
        await one.PrepareAsync("true");
        await using var other = new TaskFixture(blobs);
        one.Write("a", "one's");
        TakenCheckpoint? first = null;
        one.Blobs.Fault = name =>
        {
            if (first is not null || !name.Contains("bundles/", StringComparison.Ordinal)) return null;
            one.Write("a", "the other's, which is longer");
            first = other.TakeAsync(1).GetAwaiter().GetResult();
            return null;
        };

        var late = await one.TakeAsync(1);

        Assert.Equal(first!.Checkpoint, late.Checkpoint);
        one.Write("a", "later");
        Assert.Null((await one.RestoreAsync(late.Checkpoint!.Id, safety: 2)).Problem);
        Assert.Equal("the other's, which is longer", one.Read("a"));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Of_two_hosts_with_a_tree_of_their_own_only_the_holder_takes_any()
    {
        var blobs = Open();
        using var origin = new TemporaryFolder();
        UserRepository.Init(origin.Path);
        await using var one = new TaskFixture(blobs);
        await one.PrepareAsync(TaskFixture.BodyOf(new { repository = origin.Path }, "true"));
        await using var other = new TaskFixture(blobs);
        var record = await one.Records.ReadAsync(one.Id, Cancellation);
        var arrived = await Task.WhenAll(one.Arrival.BringAsync(record, null, Cancellation), other.Arrival.BringAsync(record, null, Cancellation));
        Assert.Contains(arrived, tree => tree is ArrivedTree.Here);

        for (var id = 1; id <= 3; id++)
        {
            var taken = await Task.WhenAll(one.TakeAsync(id), other.TakeAsync(id + 10));
            Assert.Single(taken, checkpoint => checkpoint.Checkpoint is not null);
            Assert.Single(taken, checkpoint => checkpoint.Problem?.Contains("the work tree was last on", StringComparison.Ordinal) == true);
        }

        Assert.Equal([1, 2, 3], (await one.Checkpoints.ReadAllAsync(one.Id, Cancellation)).Whole.Select(checkpoint => checkpoint.Number));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_attempt_that_broke_off_leaves_no_bundle_once_it_was_taken()
    {
        await using var task = new TaskFixture(Open());
        await task.PrepareAsync("true");
        task.Write("a", "one");
        task.Blobs.Fault = name => name.Contains("/checkpoints/", StringComparison.Ordinal) ? new IOException("The network is down.") : null;
        Assert.Null((await task.TakeAsync(1)).Checkpoint);
        task.Blobs.Fault = _ => null;
        task.Write("a", "two");

        Assert.NotNull((await task.TakeAsync(1)).Checkpoint);

        Assert.Single(await task.Blobs.ListAsync("tasks/task-1/bundles/", Cancellation).ToListAsync(Cancellation));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_keeps_a_checkpoint_from_being_taken_is_told()
    {
        await using var task = new TaskFixture(Open());
        await task.PrepareAsync("true");
        task.Write("made", "before it failed");
        task.Blobs.Fault = name => name.Contains("bundles/", StringComparison.Ordinal) ? new IOException("There is no space left on the device.") : null;
        var full = await task.TakeAsync(1);
        Assert.Equal((null, "No checkpoint could be taken: There is no space left on the device."), (full.Checkpoint, full.Problem));
        task.Blobs.Fault = _ => null;
        Assert.NotNull((await task.TakeAsync(1)).Checkpoint);
        var taken = (await task.Checkpoints.FindAsync(task.Id, CheckpointSteps.Id(1), Cancellation)).Checkpoint!;
        Assert.Contains("made", taken.Files.Select(file => file.Path));

        task.Configuration["Workspaces:GitExecutable"] = "/nowhere/git";
        task.Begin();
        var withoutGit = await task.TakeAsync(2);
        Assert.Null(withoutGit.Checkpoint);
        Assert.Contains("git could not be started", withoutGit.Problem, StringComparison.Ordinal);

        task.Configuration.Clear();
        task.Begin();
        Directory.Delete(task.Workspace, recursive: true);
        var gone = await task.TakeAsync(3);
        Assert.Null(gone.Checkpoint);
        Assert.Contains("is gone", gone.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Files_that_are_left_out_are_told_of()
    {
        await using var task = new TaskFixture(Open());
        task.Configuration["Workspaces:MaxFileBytes"] = "10";
        task.Begin();
        task.Write("large.bin", "more than ten bytes");
        await task.PrepareAsync("true");
        var taken = await task.TakeAsync(1);
        Assert.NotNull(taken.Checkpoint);
        Assert.Contains("large.bin", taken.Problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Files_that_are_left_out_of_what_was_there_before_a_restore_are_told_of()
    {
        await using var task = new TaskFixture(Open());
        task.Configuration["Workspaces:MaxFileBytes"] = "10";
        task.Begin();
        await task.PrepareAsync("true");
        var first = await task.TakeAsync(1);
        task.Write("large.bin", "more than ten bytes");
        task.Write("a", "b");

        var restored = await task.RestoreAsync(first.Checkpoint!.Id, safety: 2);
        var again = await task.RestoreAsync(first.Checkpoint.Id, safety: 2);

        Assert.StartsWith($"What was there before is in checkpoint {restored.Safety!.Id}. It does not hold large.bin (", restored.Problem, StringComparison.Ordinal);
        Assert.Equal(restored.Problem, again.Problem);
        Assert.Equal((false, "more than ten bytes"), (task.Has("a"), task.Read("large.bin")));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_is_over_a_quota_or_a_list_is_told_of()
    {
        await using var task = new TaskFixture(Open());
        task.Configuration["Workspaces:MaxNewBytes"] = "1200";
        task.Configuration["Workspaces:MaxListedFiles"] = "1000";
        task.Begin();
        for (var file = 0; file < 2_500; file++) task.Write($"f{file:d4}", "x");
        await task.PrepareAsync("true");

        var taken = await task.TakeAsync(1);

        var stored = (await task.Checkpoints.FindAsync(task.Id, CheckpointSteps.Id(1), Cancellation)).Checkpoint!;
        Assert.Equal((1_000, 1_200, 1_000), (stored.Files.Count, stored.FilesModified, stored.LeftOut.Count));
        Assert.Equal("f1200", stored.LeftOut[0].Path);
        Assert.EndsWith("300 more files are left out.", stored.LeftOut[^1].Reason, StringComparison.Ordinal);
        Assert.StartsWith("It does not hold 1,000 files or more, such as f1200 (There is no room for its 1 bytes:", taken.Problem, StringComparison.Ordinal);
        Assert.Contains("It lists 1,000 of the 1,200 files that have changed", taken.Problem, StringComparison.Ordinal);
        Assert.Equal(taken, await task.TakeAsync(1));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_oldest_that_need_not_be_kept_go_when_the_bundles_take_too_much()
    {
        var blobs = Open();
        await using var task = new TaskFixture(blobs);
        task.Configuration["Checkpoints:MaxStoredBytes"] = "60000";
        task.Begin();
        await task.PrepareAsync("true");
        var bytes = new byte[4_000];
        for (var number = 1; number <= 16; number++)
        {
            Random.Shared.NextBytes(bytes);
            await File.WriteAllBytesAsync(Path.Combine(task.Workspace, "a"), bytes, Cancellation);
            Assert.Null((await task.TakeAsync(number, number == 2 ? CheckpointType.Phase : CheckpointType.Automatic)).Problem);
        }

        var kept = (await task.Checkpoints.ReadAllAsync(task.Id, Cancellation)).Whole;
        Assert.Equal(2, kept[0].Number);
        Assert.Equal(Enumerable.Range(7, 10), kept.Select(checkpoint => checkpoint.Number).TakeLast(10));
        Assert.InRange(kept.Count, 11, 15);
        var bundles = await blobs.ListAsync("tasks/task-1/bundles/", Cancellation).ToListAsync(Cancellation);
        Assert.InRange(bundles.Sum(bundle => bundle.Length), 44_000, 60_000);
        foreach (var checkpoint in kept) Assert.Equal(checkpoint.Id, (await task.Checkpoints.FindWholeAsync(task.Id, checkpoint.Number, taken: null, named: null, Cancellation)).Checkpoint!.Id);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task That_those_which_must_be_kept_take_too_much_is_told()
    {
        await using var task = new TaskFixture(Open());
        task.Configuration["Checkpoints:MaxStoredBytes"] = "1000";
        task.Begin();
        await task.PrepareAsync("true");
        task.Write("a", Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(2_000)));

        var taken = await task.TakeAsync(1);

        Assert.NotNull(taken.Checkpoint);
        Assert.Equal("The task's checkpoints take more than the 1,000 bytes of Checkpoints:MaxStoredBytes, though only those are kept that must be.", taken.Problem);
    }
}
