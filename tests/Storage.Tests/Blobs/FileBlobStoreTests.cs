using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Blobs;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly ManualTimeProvider _time = new();

    public FileBlobStoreTests() => Store = new FileBlobStore(Data, _time);

    protected override IBlobStore Store { get; }

    private string Data => Path.Combine(_folder.Path, "data");

    public void Dispose() => _folder.Dispose();

    protected override void Pass(TimeSpan time) => _time.Advance(time);

    [Fact]
    public async Task While_a_process_has_leases_no_other_one_of_the_same_folder_gets_any()
    {
        // The system's lock tells two openings of one process apart as it does two processes.
        var other = new FileBlobStore(Data, _time);
        var lease = (await LeaseAsync(Guid.NewGuid()))!;
        Assert.Null(await other.TryLeaseAsync("else", Guid.NewGuid(), TimeSpan.FromSeconds(15), Cancellation));
        await lease.DisposeAsync();
        await using var theirs = await other.TryLeaseAsync("else", Guid.NewGuid(), TimeSpan.FromSeconds(15), Cancellation);
        Assert.NotNull(theirs);
        Assert.Null(await LeaseAsync(Guid.NewGuid()));
        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task A_write_that_fails_on_the_way_leaves_the_old_blob_and_no_trace()
    {
        await WriteAsync("blob", "old");
        await Assert.ThrowsAsync<EndOfStreamException>(
            () => Store.TryWriteAsync("blob", new BreakingStream(), BlobCondition.None, Cancellation));

        Assert.Equal("old", await ReadAsync("blob"));
        Assert.Equal([Path.Combine(Data, "blob")], Directory.GetFiles(Data, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_never_listed_and_cleared_at_the_next_opening()
    {
        await WriteAsync("a/blob", "whole");
        var left = Path.Combine(Data, "~tmp", "17");
        await File.WriteAllTextAsync(left, "ha", Cancellation);
        Assert.Equal(["a/blob"], await NamesAsync(""));

        Assert.True(File.Exists(left));
        _ = new FileBlobStore(Data, TimeProvider.System);
        Assert.False(File.Exists(left));
        Assert.Equal("whole", await ReadAsync("a/blob"));
    }

    [Fact]
    public async Task The_last_delete_in_a_folder_takes_the_folder_along()
    {
        await WriteAsync("a/b/c", "x");
        await WriteAsync("a/d", "x");

        await Store.TryDeleteAsync("a/b/c", BlobCondition.None, Cancellation);
        Assert.False(Directory.Exists(Path.Combine(Data, "a", "b")));
        Assert.True(Directory.Exists(Path.Combine(Data, "a")));
        await Store.TryDeleteAsync("a/d", BlobCondition.None, Cancellation);
        Assert.Equal([Path.Combine(Data, "~tmp")], Directory.GetFileSystemEntries(Data));
    }

    [Fact]
    public async Task Folders_that_come_and_go_do_not_get_in_each_others_way()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 50; round++)
            {
                Assert.NotNull(await WriteAsync($"deep/er/{i}", "x"));
                Assert.NotNull(await AppendAsync($"deep/er/log{i}", "x", null, BlobDurability.Process));
                Assert.True(await Store.TryDeleteAsync($"deep/er/{i}", BlobCondition.None, Cancellation));
                Assert.True(await Store.TryDeleteAsync($"deep/er/log{i}", BlobCondition.None, Cancellation));
            }
        })));
        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task A_counter_that_many_raise_on_condition_loses_no_count()
    {
        await WriteAsync("counter", "0");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var raised = 0; raised < 200;)
            {
                var etag = (await Store.GetPropertiesAsync("counter", Cancellation))!.ETag;
                var next = int.Parse((await ReadAsync("counter"))!) + 1;
                if (await WriteAsync("counter", $"{next}", BlobCondition.Unchanged(etag)) is not null) raised++;
            }
        })));
        Assert.Equal("800", await ReadAsync("counter"));
    }

    [Fact]
    public async Task A_symbolic_link_leads_nowhere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets only administrators make symbolic links.");
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "mine", Cancellation);
        Directory.CreateSymbolicLink(Path.Combine(Data, "folder"), outside);
        File.CreateSymbolicLink(Path.Combine(Data, "file"), Path.Combine(outside, "secret"));

        foreach (var name in new[] { "folder/secret", "file" })
        {
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(name));
            await Assert.ThrowsAsync<IOException>(() => WriteAsync(name, "x"));
            await Assert.ThrowsAsync<IOException>(() => AppendAsync(name, "x", null, BlobDurability.Process));
            await Assert.ThrowsAsync<IOException>(() => Store.TryDeleteAsync(name, BlobCondition.None, Cancellation));
        }

        Assert.Empty(await NamesAsync(""));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(outside, "secret"), Cancellation));
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < 2 ? ValueTask.FromResult(buffer.Length) : throw new EndOfStreamException();
    }
}
