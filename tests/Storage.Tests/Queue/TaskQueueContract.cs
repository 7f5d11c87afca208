using System.Diagnostics;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Queue;

namespace DurableAgentTasks.Storage.Tests.Queue;

/// <summary>The queue as every store must keep it.</summary>
public abstract class TaskQueueContract
{
    private const int Tasks = 1_000;
    private const int InARow = 200;
    private readonly ManualTimeProvider _time = new();

    protected abstract IBlobStore Store { get; }

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_host_sees_who_runs_and_who_waits()
    {
        using var one = NewQueue(Store, 1);
        using var other = NewQueue(Store, 1);
        Assert.Empty((await other.ReadAsync(Cancellation)).Slots);
        Assert.True((await one.JoinAsync(Numbered(1), Cancellation)).HasSlot);
        Assert.Equal(1, (await other.JoinAsync(Numbered(2), Cancellation)).Position);
        Assert.Equal([Numbered(2).Id], await one.LeaveAsync(Numbered(1).Id, Cancellation));
        Assert.True((await other.JoinAsync(Numbered(2), Cancellation)).HasSlot);
        Assert.Equal(Numbered(2), Assert.Single((await one.ReadAsync(Cancellation)).Slots).Task);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_join_is_lost_when_hosts_join_at_once()
    {
        var hosts = Enumerable.Range(0, 4).Select(_ => NewQueue(Store, 3)).ToList();
        var standings = await Task.WhenAll(Enumerable.Range(0, 80).Select(i =>
            Task.Run(() => hosts[i % hosts.Count].JoinAsync(Numbered(i), Cancellation))));
        Assert.Equal(3, standings.Count(standing => standing.HasSlot));
        var record = await hosts[0].ReadAsync(Cancellation);
        var all = record.Slots.Concat(record.Waiting).Select(entry => entry.Task.Id).ToHashSet();
        Assert.Equal(80, all.Count);
        Assert.Equal(3, record.Slots.Length);
        foreach (var host in hosts) host.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_storm_of_a_thousand_joins_and_leaves_takes_few_writes()
    {
        var store = new CountingStore(Store);
        using var queue = NewQueue(store, 4);
        var began = Stopwatch.GetTimestamp();
        await AtOnceAsync(i => queue.JoinAsync(Numbered(i), Cancellation));
        var (joined, writes) = (Stopwatch.GetElapsedTime(began), store.Writes);
        Assert.Equal(Tasks - 4, (await queue.ReadAsync(Cancellation)).Waiting.Length);
        await AtOnceAsync(i => queue.LeaveAsync(Numbered(i).Id, Cancellation));
        Assert.Empty((await queue.ReadAsync(Cancellation)).Waiting);
        Assert.InRange(store.Writes, 2, Tasks / 5);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Tasks} joins at once: {joined.TotalMilliseconds:F0} ms, {writes} writes; with as many leaves: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms, {store.Writes} writes");

        // However fast the first is written: not before all the others are there.
        async Task AtOnceAsync(Func<int, Task> change)
        {
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            store.Writing = _ => all.Task;
            var changes = Enumerable.Range(0, Tasks).Select(change).ToList();
            all.SetResult();
            await Task.WhenAll(changes);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Many_tasks_one_after_the_other_have_their_turns_in_order()
    {
        using var queue = NewQueue(Store, 4);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < InARow; i++) await queue.JoinAsync(Numbered(i), Cancellation);
        var joined = Stopwatch.GetElapsedTime(began);
        for (var i = 0; i < InARow; i++)
        {
            foreach (var next in await queue.LeaveAsync(Numbered(i).Id, Cancellation))
            {
                Assert.Equal(Numbered(i + 4).Id, next);
                Assert.True((await queue.JoinAsync(Numbered(i + 4), Cancellation)).HasSlot);
            }
        }

        Assert.Empty((await queue.ReadAsync(Cancellation)).Slots);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{InARow} joins in a row: {joined.TotalMilliseconds:F0} ms; with their leaves and turns: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
    }

    internal static QueuedTask Numbered(int number) =>
        new(TaskId.Parse($"task-{number:0000}"), "shell", 0, DateTimeOffset.UnixEpoch.AddSeconds(number), $"/repos/{number:0000}");

    internal TaskQueue NewQueue(IBlobStore store, int concurrent) =>
        new(store, new QueueLimits { MaxConcurrentTasks = concurrent }, _time);
}
