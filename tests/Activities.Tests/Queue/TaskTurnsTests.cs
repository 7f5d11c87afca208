using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Activities.Tests.Queue;

public sealed class TaskTurnsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedEngine _engine = new();
    private readonly TaskRecords _records;
    private readonly TaskQueue _queue;
    private readonly TaskTurns _turns;

    public TaskTurnsTests()
    {
        var blobs = new FileBlobStore(Path.Combine(_folder.Path, "blobs"), TimeProvider.System);
        _records = new TaskRecords(new TaskStore(blobs), new StepDurations(blobs));
        _queue = new TaskQueue(blobs, new QueueLimits { MaxConcurrentTasks = 1 }, TimeProvider.System);
        _turns = new TaskTurns(
            _queue, _records, _engine, new StorageRetry(TimeProvider.System, NullLogger<StorageRetry>.Instance), NullLogger<TaskTurns>.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _queue.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_task_that_must_wait_is_told_when_its_turn_has_come()
    {
        await CreateAsync("a", "b", "c");
        Assert.Equal(new QueuePlace(HasSlot: true, null), await JoinAsync("a"));
        Assert.Equal(new QueuePlace(HasSlot: false, "queued:1"), await JoinAsync("b"));
        Assert.Equal(new QueuePlace(HasSlot: false, "queued:2"), await JoinAsync("c"));
        await LeaveAsync("a");
        Assert.Equal(["turn b"], _engine.Told);
        Assert.True((await JoinAsync("b")).HasSlot);
    }

    [Fact]
    public async Task A_higher_priority_goes_first()
    {
        await CreateAsync("a", "b");
        await CreateAsync("urgent", priority: 7);
        foreach (var id in (string[])["a", "b", "urgent"]) await JoinAsync(id);
        await LeaveAsync("a");
        Assert.Equal(["turn urgent"], _engine.Told);
    }

    [Fact]
    public async Task Two_tasks_in_one_folder_wait_for_each_other_under_whatever_name()
    {
        using var queue = new TaskQueue(new FileBlobStore(Path.Combine(_folder.Path, "other"), TimeProvider.System), new QueueLimits(), TimeProvider.System);
        var turns = new TaskTurns(
            queue, _records, _engine, new StorageRetry(TimeProvider.System, NullLogger<StorageRetry>.Instance), NullLogger<TaskTurns>.Instance);
        var repo = Directory.CreateDirectory(Path.Combine(_folder.Path, "repo", "sub")).Parent!.FullName;
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), repo);
        await CreateAsync("a", path: repo);
        await CreateAsync("b", path: Path.Combine(_folder.Path, "link", "sub"));
        await CreateAsync("own", path: repo, isolation: WorkspaceIsolation.Worktree);

        Assert.True((await turns.JoinAsync(new JoinQueue("a"), Cancellation)).HasSlot);
        Assert.Equal(new QueuePlace(HasSlot: false, "workspace_busy"), await turns.JoinAsync(new JoinQueue("b"), Cancellation));
        Assert.True((await turns.JoinAsync(new JoinQueue("own"), Cancellation)).HasSlot);
    }

    [Fact]
    public async Task A_task_that_is_over_before_its_turn_gives_it_to_the_next()
    {
        await CreateAsync("a", "b", "c");
        foreach (var id in (string[])["a", "b", "c"]) await JoinAsync(id);
        _engine.Outcome = id => id == "b" ? OperationOutcome.NotFound : OperationOutcome.Accepted;
        await LeaveAsync("a");
        Assert.Equal(["turn b", "turn c"], _engine.Told);
        Assert.True((await JoinAsync("c")).HasSlot);
    }

    [Fact]
    public async Task A_turn_that_cannot_be_told_keeps_nobody_from_leaving()
    {
        await CreateAsync("a", "b");
        await JoinAsync("a");
        await JoinAsync("b");
        _engine.Outcome = _ => throw new EngineUnavailableException("The disk is full.");
        await LeaveAsync("a");
        Assert.True((await JoinAsync("b")).HasSlot);
    }

    [Fact]
    public async Task Leaving_again_tells_again_for_the_first_time_may_have_been_cut_off()
    {
        await CreateAsync("a", "b");
        await JoinAsync("a");
        await JoinAsync("b");
        await LeaveAsync("a");
        await LeaveAsync("a");
        Assert.Equal(["turn b", "turn b"], _engine.Told);
    }

    private Task<QueuePlace> JoinAsync(string id) => _turns.JoinAsync(new JoinQueue(id), Cancellation);

    private Task<bool> LeaveAsync(string id) => _turns.LeaveAsync(new LeaveQueue(id), Cancellation);

    private async Task CreateAsync(params string[] ids)
    {
        foreach (var id in ids) await CreateAsync(id, priority: 0);
    }

    private Task CreateAsync(string id, int priority = 0, string? path = null, WorkspaceIsolation isolation = WorkspaceIsolation.InPlace)
    {
        var request = new TaskRequest
        {
            Agent = "shell", Priority = priority, Workspace = new() { Path = path ?? Path.Combine(_folder.Path, id), Isolation = isolation },
        };
        return _records.CreateAsync(TaskRecord.Created(TaskId.Parse(id), request, DateTimeOffset.UnixEpoch), Cancellation);
    }
}
