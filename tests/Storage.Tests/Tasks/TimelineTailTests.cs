using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Tests.Tasks;

public sealed class TimelineTailTests : IDisposable
{
    private static readonly TaskId Task = TaskId.Parse("t");
    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;
    private readonly TaskStore _store;

    public TimelineTailTests()
    {
        _blobs = new FileBlobStore(_folder.Path, TimeProvider.System);
        _store = new TaskStore(_blobs);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_entry_is_given_once_and_none_above_what_is_asked_for()
    {
        await AppendAsync(1, 2, 3);
        var tail = _store.FollowTimeline(Task, after: 1);
        Assert.Equal([2], await ReadAsync(tail, 2));
        Assert.Equal([], await ReadAsync(tail, 2));
        await AppendAsync(3, 4, 5);
        Assert.Equal([3, 4], await ReadAsync(tail, 4));
        await AppendAsync(4, 6);
        Assert.Equal([5, 6], await ReadAsync(tail, 9));
    }

    [Fact]
    public async Task There_may_be_no_timeline_yet()
    {
        var tail = _store.FollowTimeline(Task, after: 0);
        Assert.Equal([], await ReadAsync(tail, 9));
        await AppendAsync(1);
        Assert.Equal([], await ReadAsync(tail, 0));
        Assert.Equal([1], await ReadAsync(tail, 9));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_passed_over_and_half_an_append_is_waited_for()
    {
        await AppendAsync(1);
        var tail = _store.FollowTimeline(Task, after: 0);
        await _blobs.TryAppendAsync("tasks/t/timeline.jsonl", "\n{\"number\":2,\"ti"u8.ToArray(), null, BlobDurability.Disk, Cancellation);
        Assert.Equal([1], await ReadAsync(tail, 9));
        await AppendAsync(10);
        Assert.Equal([10], await ReadAsync(tail, 10));
    }

    [Fact]
    public async Task Where_a_later_epoch_begins_nothing_counts_of_an_earlier_one()
    {
        await AppendAsync(1, 2, 3);
        var tail = _store.FollowTimeline(Task, after: 0);
        Assert.Equal([1, 2], await ReadAsync(tail, 2));
        await AppendInEpochAsync(1, 3, 4);
        await AppendAsync(4, 5);
        Assert.Equal([(3, 1), (4, 1)], (await tail.ReadAsync(9, Cancellation)).Select(entry => (entry.Number, entry.Epoch)));
        Assert.Equal([(1, 0), (2, 0), (3, 1), (4, 1)], (await _store.ReadTimelineAsync(Task, Cancellation)).Select(entry => (entry.Number, entry.Epoch)));
    }

    private static async Task<IEnumerable<long>> ReadAsync(TimelineTail tail, long through) =>
        (await tail.ReadAsync(through, Cancellation)).Select(entry => entry.Number);

    private Task AppendAsync(params long[] numbers) => AppendInEpochAsync(0, numbers);

    private Task AppendInEpochAsync(int epoch, params long[] numbers) => _store.AppendTimelineAsync(
        Task, [.. numbers.Select(number => new TimelineEntry { Number = number, Epoch = epoch, Time = DateTimeOffset.UnixEpoch, Type = TimelineTypes.Warning })], Cancellation);
}
