using System.Text;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Contracts.Blobs;

/// <summary>What <see cref="IBlobStore"/> promises, whatever the bytes are kept in.</summary>
public abstract class BlobStoreContract
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store of the test's own.</summary>
    protected abstract IBlobStore Store { get; }

    [Fact]
    public async Task What_is_written_is_read_again()
    {
        var bytes = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31)).ToArray();
        var etag = await Store.TryWriteAsync("a/b/c.bin", new MemoryStream(bytes), BlobCondition.None, Cancellation);

        await using var reading = await Store.OpenReadAsync("a/b/c.bin", 0, null, Cancellation);
        Assert.NotNull(reading);
        Assert.Equal(bytes, await AllAsync(reading.Content));
        Assert.Equal(etag, reading.Properties.ETag);
        Assert.Equal(bytes.Length, reading.Properties.Length);
        Assert.Equal(await Store.GetPropertiesAsync("a/b/c.bin", Cancellation), reading.Properties);
    }

    [Theory]
    [InlineData(0, null, "0123456789")]
    [InlineData(3, null, "3456789")]
    [InlineData(0, 4L, "0123")]
    [InlineData(8, 100L, "89")]
    [InlineData(2, 0L, "")]
    [InlineData(9, long.MaxValue, "9")]
    [InlineData(10, null, "")]
    [InlineData(50, 5L, "")]
    public async Task A_range_is_cut_to_what_is_there(long offset, long? length, string expected)
    {
        await WriteAsync("digits", "0123456789");

        await using var reading = await Store.OpenReadAsync("digits", offset, length, Cancellation);
        Assert.Equal(expected, Encoding.UTF8.GetString(await AllAsync(reading!.Content)));
        Assert.Equal(10, reading.Properties.Length);
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        Assert.NotNull(await WriteAsync("nothing", ""));
        Assert.Equal("", await ReadAsync("nothing"));
        Assert.Equal(0, (await Store.GetPropertiesAsync("nothing", Cancellation))!.Length);
    }

    [Fact]
    public async Task What_is_not_there_is_null()
    {
        await WriteAsync("folder/blob", "x");

        Assert.Null(await Store.OpenReadAsync("none", 0, null, Cancellation));
        Assert.Null(await Store.OpenReadAsync("none/of/these", 5, 1, Cancellation));
        Assert.Null(await Store.OpenReadAsync("folder", 0, null, Cancellation));
        Assert.Null(await Store.GetPropertiesAsync("none", Cancellation));
        Assert.Null(await Store.GetPropertiesAsync("folder", Cancellation));
        Assert.False(await Store.TryDeleteAsync("none", BlobCondition.None, Cancellation));
        Assert.Empty(await NamesAsync("none/"));
    }

    [Fact]
    public async Task Each_write_has_another_etag_even_of_the_same_bytes()
    {
        var etags = new HashSet<string>();
        for (var i = 0; i < 20; i++) etags.Add((await WriteAsync("same", "bytes"))!);
        Assert.Equal(20, etags.Count);

        await Store.TryAppendAsync("growing", "a"u8.ToArray(), null, BlobDurability.Process, Cancellation);
        var before = await Store.GetPropertiesAsync("growing", Cancellation);
        await Store.TryAppendAsync("growing", "b"u8.ToArray(), null, BlobDurability.Process, Cancellation);
        Assert.NotEqual(before!.ETag, (await Store.GetPropertiesAsync("growing", Cancellation))!.ETag);
    }

    [Fact]
    public async Task A_write_on_condition_of_absence_keeps_what_is_there()
    {
        Assert.NotNull(await WriteAsync("one", "first", BlobCondition.Absent));
        Assert.Null(await WriteAsync("one", "second", BlobCondition.Absent));
        Assert.Equal("first", await ReadAsync("one"));
    }

    [Fact]
    public async Task A_write_on_condition_of_an_etag_is_refused_once_another_has_written()
    {
        var first = await WriteAsync("record", "1");
        var second = await WriteAsync("record", "2", BlobCondition.Unchanged(first!));
        Assert.NotNull(second);
        Assert.Null(await WriteAsync("record", "3", BlobCondition.Unchanged(first!)));
        Assert.Equal("2", await ReadAsync("record"));

        await Store.TryDeleteAsync("record", BlobCondition.None, Cancellation);
        Assert.Null(await WriteAsync("record", "4", BlobCondition.Unchanged(second)));
    }

    [Fact]
    public async Task Of_many_at_once_one_gets_the_condition()
    {
        var first = await WriteAsync("counter", "x");
        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync("new", $"{i}", BlobCondition.Absent))));
        var changed = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync("counter", $"{i}", BlobCondition.Unchanged(first!)))));

        var winner = Assert.Single(Enumerable.Range(0, 16), i => made[i] is not null);
        Assert.Equal($"{winner}", await ReadAsync("new"));
        winner = Assert.Single(Enumerable.Range(0, 16), i => changed[i] is not null);
        Assert.Equal($"{winner}", await ReadAsync("counter"));
    }

    [Fact]
    public async Task Who_reads_during_a_write_has_the_old_bytes_whole()
    {
        await WriteAsync("blob", new string('a', 100_000));
        await using var reading = await Store.OpenReadAsync("blob", 0, null, Cancellation);
        await WriteAsync("blob", new string('b', 100));

        Assert.Equal(new string('b', 100), await ReadAsync("blob"));
        Assert.All(await AllAsync(reading!.Content), value => Assert.Equal((byte)'a', value));
    }

    [Fact]
    public async Task Appends_add_up()
    {
        Assert.Equal(3, await AppendAsync("log", "abc", 0, BlobDurability.Process));
        Assert.Equal(5, await AppendAsync("log", "de", 3, BlobDurability.Disk));
        Assert.Equal(6, await AppendAsync("log", "f", null, BlobDurability.Disk));
        Assert.Equal("abcdef", await ReadAsync("log"));
    }

    [Fact]
    public async Task An_append_behind_another_length_changes_nothing()
    {
        Assert.Null(await AppendAsync("log", "x", 1, BlobDurability.Process));
        Assert.Null(await Store.GetPropertiesAsync("log", Cancellation));

        await AppendAsync("log", "abc", null, BlobDurability.Process);
        Assert.Null(await AppendAsync("log", "xy", 0, BlobDurability.Process));
        Assert.Null(await AppendAsync("log", "xy", 2, BlobDurability.Disk));
        Assert.Null(await AppendAsync("log", "xy", 4, BlobDurability.Process));
        Assert.Equal("abc", await ReadAsync("log"));
    }

    [Fact]
    public async Task Of_many_appends_behind_one_length_one_counts_and_without_a_length_all_do()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Task.Run(() => AppendAsync("one", $"{i}", 0, BlobDurability.Process))));
        Assert.Single(outcomes, length => length is not null);
        Assert.Equal(1, (await Store.GetPropertiesAsync("one", Cancellation))!.Length);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Task.Run(() => AppendAsync("all", $"{i}", null, BlobDurability.Process))));
        Assert.Equal("01234567", string.Concat((await ReadAsync("all"))!.Order()));
    }

    [Fact]
    public async Task An_append_is_one_byte_to_four_mebibytes()
    {
        Assert.Equal(
            IBlobStore.MaxAppend,
            await Store.TryAppendAsync("big", new byte[IBlobStore.MaxAppend], 0, BlobDurability.Process, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.TryAppendAsync("big", new byte[IBlobStore.MaxAppend + 1], null, BlobDurability.Process, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.TryAppendAsync("big", Array.Empty<byte>(), null, BlobDurability.Process, Cancellation));
    }

    [Fact]
    public async Task A_listing_is_ordinal_and_by_prefix()
    {
        string[] names = ["t/a.json", "t/a/x", "t/a/y/z", "t/a-b/x", "t/b", "t/b_", "u", "t/10", "t/9"];
        foreach (var name in names) await WriteAsync(name, name);

        Assert.Equal(names.Order(StringComparer.Ordinal), await NamesAsync(""));
        Assert.Equal(["t/a-b/x", "t/a.json", "t/a/x", "t/a/y/z"], await NamesAsync("t/a"));
        Assert.Equal(["t/a/x", "t/a/y/z"], await NamesAsync("t/a/"));
        Assert.Equal(["t/b", "t/b_"], await NamesAsync("t/b"));
        var only = await Store.ListAsync("t/a/y", Cancellation).SingleAsync(Cancellation);
        Assert.Equal(("t/a/y/z", 7L), (only.Name, only.Length));
    }

    [Fact]
    public async Task A_delete_on_condition_spares_what_has_changed()
    {
        var first = await WriteAsync("blob", "1");
        var second = await WriteAsync("blob", "2");

        Assert.False(await Store.TryDeleteAsync("blob", BlobCondition.Unchanged(first!), Cancellation));
        Assert.Equal("2", await ReadAsync("blob"));
        Assert.True(await Store.TryDeleteAsync("blob", BlobCondition.Unchanged(second!), Cancellation));
        Assert.Null(await ReadAsync("blob"));
        Assert.Empty(await NamesAsync(""));
    }

    [Fact]
    public async Task A_lease_has_one_holder_until_it_is_released()
    {
        var lease = await LeaseAsync(Guid.NewGuid());
        Assert.NotNull(lease);
        Assert.Null(await LeaseAsync(Guid.NewGuid()));
        Assert.True(await lease.RenewAsync(Cancellation));
        await using (var other = await LeaseAsync(Guid.NewGuid(), "other")) Assert.NotNull(other);

        await lease.DisposeAsync();
        await using var next = await LeaseAsync(Guid.NewGuid());
        Assert.NotNull(next);
        Assert.False(await lease.RenewAsync(Cancellation));
        await lease.DisposeAsync();
        Assert.True(await next.RenewAsync(Cancellation));
    }

    [Fact]
    public async Task Who_has_a_lease_has_it_anew_when_they_ask_again()
    {
        var holder = Guid.NewGuid();
        await using var first = await LeaseAsync(holder);
        await using var again = await LeaseAsync(holder);
        Assert.NotNull(again);
        Assert.Null(await LeaseAsync(Guid.NewGuid()));
        Assert.True(await again.RenewAsync(Cancellation));
    }

    [Fact]
    public async Task Of_many_who_want_a_lease_one_gets_it()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => LeaseAsync(Guid.NewGuid()))));
        await using var only = Assert.Single(leases, lease => lease is not null);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_lease_that_is_not_renewed_comes_free_and_is_lost_to_who_had_it()
    {
        var silent = (await LeaseAsync(Guid.NewGuid()))!;
        Pass(TimeSpan.FromSeconds(14));
        Assert.True(await silent.RenewAsync(Cancellation));
        Pass(TimeSpan.FromSeconds(15));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        IBlobLease? next;
        while ((next = await LeaseAsync(Guid.NewGuid())) is null) await tick.WaitForNextTickAsync(Cancellation);
        Assert.False(await silent.RenewAsync(Cancellation));
        await silent.DisposeAsync();
        Assert.Null(await LeaseAsync(Guid.NewGuid()));
        await next.DisposeAsync();
    }

    [Fact]
    public async Task A_delete_of_the_name_ends_its_lease()
    {
        var lease = (await LeaseAsync(Guid.NewGuid()))!;
        await Store.TryDeleteAsync("runner.lock", BlobCondition.None, Cancellation);
        Assert.False(await lease.RenewAsync(Cancellation));
        Assert.Empty(await NamesAsync(""));
        await using var next = await LeaseAsync(Guid.NewGuid());
        Assert.NotNull(next);
    }

    [Theory]
    [InlineData(14.0)]
    [InlineData(61.0)]
    [InlineData(20.5)]
    public async Task A_lease_lasts_15_to_60_whole_seconds(double seconds) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryLeaseAsync("runner.lock", Guid.NewGuid(), TimeSpan.FromSeconds(seconds), Cancellation));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a./b")]
    [InlineData("a\\b")]
    [InlineData("c:a")]
    [InlineData("A")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("é")]
    [InlineData("~tmp/1")]
    public async Task A_bad_name_is_refused_everywhere(string name)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(name, "x"));
        Assert.Contains("segments of a-z", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(name, 0, null, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.GetPropertiesAsync(name, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(name, "x", null, BlobDurability.Process));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAsync(name, BlobCondition.None, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => LeaseAsync(Guid.NewGuid(), name));
        await Assert.ThrowsAsync<ArgumentException>(async () => await NamesAsync("../" + name));
    }

    [Fact]
    public async Task A_name_has_512_characters_at_most()
    {
        var longest = string.Join('/', Enumerable.Repeat(new string('n', 127), 4)) + "x";
        Assert.Equal(512, longest.Length);
        Assert.NotNull(await WriteAsync(longest, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(longest + "x", "x"));
    }

    /// <summary>Lets time pass, where the store's clock can be moved; elsewhere it passes by itself.</summary>
    protected virtual void Pass(TimeSpan time)
    {
    }

    protected Task<IBlobLease?> LeaseAsync(Guid holder, string name = "runner.lock") =>
        Store.TryLeaseAsync(name, holder, TimeSpan.FromSeconds(15), Cancellation);

    protected async Task<string?> WriteAsync(string name, string text, BlobCondition condition = default) =>
        await Store.TryWriteAsync(name, new MemoryStream(Encoding.UTF8.GetBytes(text)), condition, Cancellation);

    protected async Task<string?> ReadAsync(string name)
    {
        await using var reading = await Store.OpenReadAsync(name, 0, null, Cancellation);
        return reading is null ? null : Encoding.UTF8.GetString(await AllAsync(reading.Content));
    }

    protected async Task<long?> AppendAsync(string name, string text, long? expectedLength, BlobDurability durability) =>
        await Store.TryAppendAsync(name, Encoding.UTF8.GetBytes(text), expectedLength, durability, Cancellation);

    protected async Task<IReadOnlyList<string>> NamesAsync(string prefix) =>
        await Store.ListAsync(prefix, Cancellation).Select(item => item.Name).ToListAsync(Cancellation);

    private static async Task<byte[]> AllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }
}
