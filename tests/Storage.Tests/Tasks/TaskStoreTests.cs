using System.Text.Json;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Tests.Tasks;

public sealed class TaskStoreTests : IDisposable
{
    private static readonly TaskId Task1 = TaskId.Parse("fix-login");
    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;
    private readonly TaskStore _store;

    public TaskStoreTests()
    {
        _blobs = new FileBlobStore(_folder.Path, TimeProvider.System);
        _store = new TaskStore(_blobs);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_start_is_written_once_and_answered_again()
    {
        var first = Start("""{"prompt":"é <b>","n":1.50}""");
        var created = await _store.CreateAsync(first, Cancellation);
        var again = await _store.CreateAsync(Start("""{"prompt":"other"}"""), Cancellation);

        Assert.True(created.Created);
        Assert.False(again.Created);
        Assert.Equal(Task1, again.Start.Id);
        Assert.Equal(first.RequestHash, again.Start.RequestHash);
        Assert.Equal("""{"prompt":"é <b>","n":1.50}""", again.Start.Request.GetRawText());
        Assert.Equal(first.CreatedAt, (await _store.ReadStartAsync(Task1, Cancellation))!.CreatedAt);
        Assert.Null(await _store.ReadStartAsync(TaskId.Parse("none"), Cancellation));
    }

    [Fact]
    public async Task Of_many_starts_at_once_one_is_created()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => Task.Run(() => _store.CreateAsync(Start($"{i}"), Cancellation))));
        var created = Assert.Single(outcomes, outcome => outcome.Created);
        Assert.All(outcomes, outcome => Assert.Equal(created.Start.RequestHash, outcome.Start.RequestHash));
    }

    [Theory]
    [InlineData("""{"a":1,"b":[{"x":"é","y":null}]}""", """ { "b" : [ { "y" : null , "x" : "\u00e9" } ], "a" : 1 } """, true)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":1}""", """{"A":1}""", false)]
    [InlineData("""{"a":null}""", "{}", false)]
    public void The_hash_is_of_what_the_json_says(string one, string other, bool same) =>
        Assert.Equal(same, CanonicalJson.Hash(JsonElement.Parse(one)) == CanonicalJson.Hash(JsonElement.Parse(other)));

    [Fact]
    public async Task A_start_is_unscheduled_until_it_is_marked_scheduled()
    {
        await _store.CreateAsync(Start("{}"), Cancellation);
        Assert.Equal(Task1, (await UnscheduledAsync()).Single());
        Assert.Empty(await _store.UnscheduledAsync(DateTimeOffset.UnixEpoch, Cancellation).ToListAsync(Cancellation));
        await _store.MarkScheduledAsync(Task1, Cancellation);
        Assert.Empty(await UnscheduledAsync());
    }

    [Fact]
    public async Task A_mark_whose_start_was_never_written_is_removed()
    {
        await _blobs.TryWriteAsync("starting/fix-login", Stream.Null, BlobCondition.None, Cancellation);
        Assert.Null(await _store.ReadUnscheduledAsync((await UnscheduledAsync()).Single(), Cancellation));
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task An_entry_that_is_written_twice_is_read_once()
    {
        await _store.AppendTimelineAsync(Task1, [Entry(1), Entry(2)], Cancellation);
        await _store.AppendTimelineAsync(Task1, [Entry(2), Entry(3)], Cancellation);
        await _store.AppendTimelineAsync(Task1, [], Cancellation);

        var entries = await _store.ReadTimelineAsync(Task1, Cancellation);
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.Number));
        Assert.Equal(Entry(2), entries[1]);
        Assert.Empty(await _store.ReadTimelineAsync(TaskId.Parse("none"), Cancellation));
    }

    [Fact]
    public async Task A_torn_last_line_of_the_timeline_costs_no_other()
    {
        await _store.AppendTimelineAsync(Task1, [Entry(1), Entry(2)], Cancellation);
        var file = Path.Combine(_folder.Path, "tasks", "fix-login", "timeline.jsonl");
        var whole = await File.ReadAllBytesAsync(file, Cancellation);
        var second = whole.AsSpan(..^1).LastIndexOf((byte)'\n') + 1;
        for (var length = second; length < whole.Length - 1; length++)
        {
            await File.WriteAllBytesAsync(file, whole[..length], Cancellation);
            Assert.Equal([1], await NumbersAsync());
            await _store.AppendTimelineAsync(Task1, [Entry(2), Entry(3)], Cancellation);
            Assert.Equal([1, 2, 3], await NumbersAsync());
        }
    }

    [Fact]
    public async Task A_batch_larger_than_an_append_is_written_in_several()
    {
        var large = JsonSerializer.SerializeToElement(new string('x', 1_500_000));
        await _store.AppendTimelineAsync(
            Task1, [.. Enumerable.Range(1, 5).Select(number => Entry(number) with { Data = large })], Cancellation);
        Assert.Equal([1, 2, 3, 4, 5], await NumbersAsync());
    }

    [Fact]
    public async Task A_record_is_changed_only_by_who_has_read_it()
    {
        Assert.Null(await _store.ReadRecordAsync<int[]>(Task1, Cancellation));
        var etag = await _store.TryWriteRecordAsync(Task1, new[] { 1 }, BlobCondition.Absent, Cancellation);
        var read = await _store.ReadRecordAsync<int[]>(Task1, Cancellation);
        Assert.Equal((etag, 1), (read!.ETag, read.Value.Single()));

        Assert.NotNull(await _store.TryWriteRecordAsync(Task1, new[] { 2 }, BlobCondition.Unchanged(read.ETag), Cancellation));
        Assert.Null(await _store.TryWriteRecordAsync(Task1, new[] { 3 }, BlobCondition.Unchanged(read.ETag), Cancellation));
        Assert.Equal(2, (await _store.ReadRecordAsync<int[]>(Task1, Cancellation))!.Value.Single());
    }

    [Fact]
    public async Task A_delete_leaves_nothing_of_the_task_and_all_of_others()
    {
        await FillAsync(Task1);
        await FillAsync(TaskId.Parse("fix-login-2"));
        var before = (await NamesAsync()).Where(name => name.Contains("fix-login-2", StringComparison.Ordinal)).ToList();

        // Of a checkpoint whose record is lost.
        foreach (var name in new[] { "checkpoints/00000000000000aa", "tasks/fix-login/bundles/000000001.00000000000000aa.bundle" })
            await _blobs.TryWriteAsync(name, Stream.Null, BlobCondition.None, Cancellation);

        await _store.DeleteAsync(Task1, Cancellation);
        Assert.Equal(before, await NamesAsync());
    }

    [Fact]
    public async Task A_delete_that_is_interrupted_anywhere_keeps_the_id_taken_and_is_finished_later()
    {
        for (var allowed = 0; ; allowed++)
        {
            await FillAsync(Task1);
            var interrupted = new InterruptedStore(_blobs, allowed);
            var finished = true;
            try
            {
                await new TaskStore(interrupted).DeleteAsync(Task1, Cancellation);
            }
            catch (IOException)
            {
                finished = false;
            }

            var names = await NamesAsync();
            var onlyTheMark = names is ["deleting/fix-login"];
            Assert.True(finished ? names.Count == 0 : onlyTheMark || names.Contains("tasks/fix-login/start.json"));
            foreach (var task in await _store.UnfinishedDeletesAsync(Cancellation).ToListAsync(Cancellation)) await _store.DeleteAsync(task, Cancellation);
            Assert.Empty(await NamesAsync());
            if (finished) return;
        }
    }

    private static TaskStart Start(string request) => new()
    {
        Id = Task1,
        Request = JsonElement.Parse(request),
        RequestHash = CanonicalJson.Hash(JsonElement.Parse(request)),
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static TimelineEntry Entry(long number) =>
        new() { Number = number, Time = DateTimeOffset.UnixEpoch, Type = "transition", To = TaskState.Planning, Reason = "é\nü" };

    private async Task FillAsync(TaskId task)
    {
        await _store.CreateAsync(Start("{}") with { Id = task }, Cancellation);
        await _store.AppendTimelineAsync(task, [Entry(1)], Cancellation);
        await _store.TryWriteRecordAsync(task, "{}", BlobCondition.None, Cancellation);
    }

    private ValueTask<List<TaskId>> UnscheduledAsync() =>
        _store.UnscheduledAsync(DateTimeOffset.MaxValue, Cancellation).ToListAsync(Cancellation);

    private async Task<IEnumerable<long>> NumbersAsync() =>
        (await _store.ReadTimelineAsync(Task1, Cancellation)).Select(entry => entry.Number);

    private ValueTask<List<string>> NamesAsync() => _blobs.ListAsync("", Cancellation).Select(item => item.Name).ToListAsync(Cancellation);
}
