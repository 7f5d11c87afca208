using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Client;

public sealed class EmbeddedTaskClientTests : IAsyncLifetime
{
    private readonly EngineLives _lives = new();
    private DurableEngine _engine = null!;

    public async ValueTask InitializeAsync() => _engine = await _lives.StartAsync(EngineLives.Running(async context =>
    {
        if (context.GetInput<string>() == "wait") await context.WaitForExternalEventAsync<string>("go");
        return await context.CallAsync(EngineLives.Note, "x");
    }));

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _lives.Dispose();
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_query_gives_the_newest_first_and_filters_by_prefix_status_and_age()
    {
        for (var i = 0; i < 6; i++)
        {
            await _engine.StartMainAsync(i % 2 == 0 ? $"even-{i}" : $"odd-{i}", i < 3 ? "\"wait\"" : null);
            if (i >= 3) await _engine.EndAsync(i % 2 == 0 ? $"even-{i}" : $"odd-{i}");
            _lives.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var begin = _lives.Time.GetUtcNow() - TimeSpan.FromMinutes(6);
        Assert.Equal(["odd-5", "even-4", "odd-3", "even-2", "odd-1", "even-0"], await IdsAsync(new InstanceQuery()));
        Assert.Equal(["odd-5", "odd-3", "odd-1"], await IdsAsync(new InstanceQuery { IdPrefix = "odd-" }));
        Assert.Equal(["odd-5", "even-4", "odd-3"], await IdsAsync(new InstanceQuery { Statuses = [RuntimeStatus.Completed] }));
        Assert.Equal(["odd-3", "even-2"], await IdsAsync(new InstanceQuery { CreatedFrom = begin.AddMinutes(2), CreatedTo = begin.AddMinutes(3) }));
        Assert.Empty(await IdsAsync(new InstanceQuery { Statuses = [RuntimeStatus.Suspended] }));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Pages_hold_each_instance_once_while_others_are_added_and_purged()
    {
        for (var i = 0; i < 50; i++)
        {
            await _engine.StartMainAsync($"a{i:00}");
            if (i % 5 == 0) _lives.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string>();
        InstancePage? page = null;
        do
        {
            page = await _engine.Client.QueryAsync(new InstanceQuery { IdPrefix = "a", Top = 7, ContinuationToken = page?.ContinuationToken }, default);
            seen.AddRange(page.Instances.Select(instance => instance.InstanceId));
            await _engine.StartMainAsync($"a-later-{seen.Count}");
            await _engine.EndAsync(seen[^1]);
            await _engine.Client.PurgeAsync(seen[^1], default);
        }
        while (page.ContinuationToken is not null);

        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(i => $"a{i:00}"), seen);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_full_last_page_says_that_it_is_the_last()
    {
        for (var i = 0; i < 4; i++) await _engine.StartMainAsync($"a{i}");
        var first = await _engine.Client.QueryAsync(new InstanceQuery { Top = 2 }, default);
        var second = await _engine.Client.QueryAsync(new InstanceQuery { Top = 2, ContinuationToken = first.ContinuationToken }, default);
        Assert.NotNull(first.ContinuationToken);
        Assert.Null(second.ContinuationToken);
        Assert.Equal(2, second.Instances.Count);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_query_over_more_instances_than_a_chunk_finds_them_all()
    {
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(i => _engine.StartMainAsync($"a{i}")));
        var seen = new HashSet<string>();
        InstancePage? page = null;
        do
        {
            page = await _engine.Client.QueryAsync(new InstanceQuery { Top = 999, ContinuationToken = page?.ContinuationToken }, default);
            Assert.All(page.Instances, instance => Assert.True(seen.Add(instance.InstanceId)));
        }
        while (page.ContinuationToken is not null);

        Assert.Equal(2_500, seen.Count);
        var none = await _engine.Client.QueryAsync(new InstanceQuery { IdPrefix = "b" }, default);
        Assert.Empty(none.Instances);
        Assert.Equal(seen.Order(), (await ListAsync(new InstanceFilter())).Order());
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_list_filters_as_a_query_does()
    {
        for (var i = 0; i < 4; i++)
        {
            await _engine.StartMainAsync(i % 2 == 0 ? $"even-{i}" : $"odd-{i}", i < 2 ? "\"wait\"" : null);
            if (i >= 2) await _engine.EndAsync(i % 2 == 0 ? $"even-{i}" : $"odd-{i}");
            _lives.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var begin = _lives.Time.GetUtcNow() - TimeSpan.FromMinutes(4);
        Assert.Equal(["even-0", "even-2", "odd-1", "odd-3"], await ListAsync(new InstanceFilter()));
        Assert.Equal(["odd-1", "odd-3"], await ListAsync(new InstanceFilter { IdPrefix = "odd-" }));
        Assert.Equal(["even-2", "odd-3"], await ListAsync(new InstanceFilter { Statuses = [RuntimeStatus.Completed] }));
        Assert.Equal(["even-2", "odd-1"], await ListAsync(new InstanceFilter { CreatedFrom = begin.AddMinutes(1), CreatedTo = begin.AddMinutes(2) }));
        Assert.All(await _engine.Client.ListAsync(new InstanceFilter(), default).ToListAsync(), instance => Assert.Equal((null, null), (instance.Input, instance.Output)));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_list_holds_each_instance_once_while_what_it_gave_is_purged()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => _engine.StartMainAsync($"a{i}")));
        var seen = new List<string>();
        await foreach (var instance in _engine.Client.ListAsync(new InstanceFilter(), default))
        {
            seen.Add(instance.InstanceId);
            await _engine.EndAsync(seen[^1]);
            await _engine.Client.PurgeAsync(seen[^1], default);
        }

        Assert.Equal(1_500, seen.Distinct().Count());
        Assert.Equal(1_500, seen.Count);
    }

    [Theory(Timeout = EngineLives.Patience)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("12")]
    [InlineData("12-34-56")]
    [InlineData("zz-1")]
    [InlineData("-1-1")]
    [InlineData("ffffffffffffffff-1")]
    public async Task A_token_that_no_page_gave_is_refused(string token) =>
        await Assert.ThrowsAsync<FormatException>(() => _engine.Client.QueryAsync(new InstanceQuery { ContinuationToken = token }, default));

    [Theory(Timeout = EngineLives.Patience)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_001)]
    public async Task A_page_size_outside_its_range_is_refused(int top) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _engine.Client.QueryAsync(new InstanceQuery { Top = top }, default));

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Only_an_ended_instance_can_be_purged_and_only_once()
    {
        await _engine.StartMainAsync("a", "\"wait\"");
        Assert.Equal(OperationOutcome.NotAllowed, await _engine.Client.PurgeAsync("a", default));
        await _engine.RaiseAsync("a", "go");
        await _engine.EndAsync("a");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _engine.Client.PurgeAsync("a", default))));
        Assert.Single(outcomes, OperationOutcome.Accepted);
        Assert.Equal(3, outcomes.Count(outcome => outcome == OperationOutcome.NotFound));
        Assert.Null(await _engine.Client.GetAsync("a", payloads: true, default));
        Assert.Empty(await _engine.Client.GetHistoryAsync("a", default));
        await _engine.StartMainAsync("a");
        Assert.Equal(RuntimeStatus.Completed, (await _engine.EndAsync("a")).Status);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_wait_ends_with_the_instance_or_with_its_own_token()
    {
        Assert.Null(await _engine.Client.WaitAsync("nobody", default));
        await _engine.StartMainAsync("a", "\"wait\"");
        using var cancel = new CancellationTokenSource();
        var abandoned = _engine.Client.WaitAsync("a", cancel.Token);
        var wait = _engine.Client.WaitAsync("a", default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        Assert.False(wait.IsCompleted);
        await _engine.RaiseAsync("a", "go");
        Assert.Equal(RuntimeStatus.Completed, (await wait)!.Status);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task The_history_has_the_names_of_durable_functions()
    {
        await _engine.StartMainAsync("a", "\"wait\"");
        await _engine.Client.SuspendAsync("a", "lunch", default);
        await _engine.Client.ResumeAsync("a", null, default);
        await _engine.RaiseAsync("a", "go", "\"now\"");
        await _engine.EndAsync("a");
        var history = await _engine.Client.GetHistoryAsync("a", default);
        Assert.Equal(
            [
                ("ExecutionStarted", "main", null, "\"wait\""), ("ExecutionSuspended", null, null, "lunch"), ("ExecutionResumed", null, null, null),
                ("EventRaised", "go", null, "\"now\""), ("TaskScheduled", "Note", 0, "\"x\""), ("TaskCompleted", null, 0, "\"x\""),
                ("ExecutionCompleted", (string?)null, (int?)null, (string?)"\"x\""),
            ],
            history.Select(entry => (entry.Type, entry.Name, entry.Number, entry.Payload)));
        Assert.Empty(await _engine.Client.GetHistoryAsync("nobody", default));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Operations_on_a_missing_or_ended_instance_are_refused()
    {
        await _engine.StartMainAsync("a");
        await _engine.EndAsync("a");
        foreach (var (id, expected) in new[] { ("a", OperationOutcome.NotAllowed), ("nobody", OperationOutcome.NotFound) })
        {
            Assert.Equal(expected, await _engine.RaiseAsync(id, "go"));
            Assert.Equal(expected, await _engine.Client.SuspendAsync(id, null, default));
            Assert.Equal(expected, await _engine.Client.ResumeAsync(id, null, default));
            Assert.Equal(expected, await _engine.Client.TerminateAsync(id, null, default));
        }

        Assert.Equal(OperationOutcome.NotFound, await _engine.Client.PurgeAsync("nobody", default));
    }

    private async Task<IEnumerable<string>> ListAsync(InstanceFilter filter) =>
        await _engine.Client.ListAsync(filter, default).Select(instance => instance.InstanceId).Order(StringComparer.Ordinal).ToListAsync();

    private async Task<IEnumerable<string>> IdsAsync(InstanceQuery query) =>
        (await _engine.Client.QueryAsync(query, default)).Instances.Select(instance => instance.InstanceId);
}
