using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Queue;

public sealed class FileTaskQueueTests : TaskQueueContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileTaskQueueTests() => Store = new FileBlobStore(_folder.Path, TimeProvider.System);

    protected override IBlobStore Store { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asking_again_writes_nothing()
    {
        var store = new CountingStore(Store);
        using var queue = NewQueue(store, 1);
        for (var i = 0; i < 5; i++)
        {
            await queue.JoinAsync(Numbered(1), Cancellation);
            await queue.JoinAsync(Numbered(2), Cancellation);
        }

        Assert.Equal(2, store.Writes);
    }

    [Fact]
    public async Task A_change_that_another_host_overtakes_is_made_of_what_that_one_wrote()
    {
        using var other = NewQueue(Store, 1);
        var overtaken = new CountingStore(Store);
        using var queue = NewQueue(overtaken, 1);
        overtaken.Writing = number => number == 1 ? other.JoinAsync(Numbered(1), Cancellation) : Task.CompletedTask;

        Assert.Equal(1, (await queue.JoinAsync(Numbered(2), Cancellation)).Position);
        Assert.Equal(2, overtaken.Writes);
        Assert.Equal(Numbered(1), Assert.Single((await queue.ReadAsync(Cancellation)).Slots).Task);
    }

    [Fact]
    public async Task A_failing_store_fails_those_who_ask_and_nobody_after()
    {
        var store = new CountingStore(Store) { Writing = _ => throw new IOException("No space left on device") };
        using var queue = NewQueue(store, 1);
        await Assert.ThrowsAsync<IOException>(() => queue.JoinAsync(Numbered(1), Cancellation));
        store.Writing = _ => Task.CompletedTask;
        Assert.True((await queue.JoinAsync(Numbered(2), Cancellation)).HasSlot);
        Assert.Empty((await queue.ReadAsync(Cancellation)).Waiting);
    }

    [Fact]
    public async Task Who_gives_up_asking_keeps_nobody_else_from_being_served()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var store = new CountingStore(Store)
        {
            Writing = number =>
            {
                if (number > 1) return Task.CompletedTask;
                reached.SetResult();
                return goOn.Task;
            },
        };
        using var queue = NewQueue(store, 2);
        using var givesUp = new CancellationTokenSource();
        var first = queue.JoinAsync(Numbered(1), givesUp.Token);
        await reached.Task.WaitAsync(Cancellation);
        var second = queue.JoinAsync(Numbered(2), givesUp.Token);
        var third = queue.JoinAsync(Numbered(3), Cancellation);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        goOn.SetResult();
        Assert.True((await first).HasSlot);
        Assert.False((await third).HasSlot);
    }

    [Fact]
    public async Task Who_has_given_up_before_asking_gets_no_slot_later()
    {
        using var queue = NewQueue(Store, 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queue.JoinAsync(Numbered(1), new CancellationToken(canceled: true)));
        Assert.True((await queue.JoinAsync(Numbered(2), Cancellation)).HasSlot);
        Assert.Equal(Numbered(2), Assert.Single((await queue.ReadAsync(Cancellation)).Slots).Task);
    }
}
