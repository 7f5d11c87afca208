using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Agents.Tests.Watching;

public sealed class RunWatchTests
{
    [Fact]
    public void Who_says_nothing_in_time_has_failed_to_start_up()
    {
        using var scope = new WatchScope(new WatchLimits());

        Assert.Null(scope.Pass(seconds: 55).Verdict);
        Assert.Equal(new WatchVerdict.StartUpExpired(TimeSpan.FromSeconds(60)), scope.Pass(seconds: 5).Verdict);
    }

    [Fact]
    public void A_first_event_ends_the_start_up()
    {
        using var scope = new WatchScope(new WatchLimits());
        scope.Pass(seconds: 55);

        scope.Watch.FirstEventSeen();

        Assert.Null(scope.Pass(seconds: 200).Verdict);
    }

    [Fact]
    public void A_start_up_that_was_frozen_has_its_full_time()
    {
        using var scope = new WatchScope(new WatchLimits());
        scope.Pass(seconds: 50);
        scope.Watch.Frozen();
        scope.Time.Advance(TimeSpan.FromHours(1));
        scope.Watch.Thawed();

        Assert.Null(scope.Pass(seconds: 5).Verdict);
        Assert.IsType<WatchVerdict.StartUpExpired>(scope.Pass(seconds: 5).Verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_loop_looks_at_the_end_of_the_start_up_and_not_only_with_the_samples()
    {
        using var scope = new WatchScope(new WatchLimits { StartUp = TimeSpan.FromSeconds(7), SampleEvery = TimeSpan.FromSeconds(5) });
        var running = scope.Watch.RunAsync(NobodyWarnsAsync, new TaskCompletionSource().Task, CancellationToken.None);

        await AdvanceToNextAsync(scope, seconds: 5);
        await AdvanceToNextAsync(scope, seconds: 2);

        Assert.IsType<WatchVerdict.StartUpExpired>(await running);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_loop_warns_and_goes_on_to_the_verdict()
    {
        var limits = new WatchLimits { StartUp = null, IdleWarning = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromSeconds(10) };
        using var scope = new WatchScope(limits);
        var warned = new TaskCompletionSource<IdleWarning>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = scope.Watch.RunAsync(WarnAsync, new TaskCompletionSource().Task, CancellationToken.None);

        await AdvanceToNextAsync(scope, seconds: 5);
        Assert.Equal(scope.Began, (await warned.Task).Since);
        await AdvanceToNextAsync(scope, seconds: 5);

        Assert.Equal(new WatchVerdict.Idle(scope.Began), await running);

        ValueTask WarnAsync(IdleWarning warning, CancellationToken cancellationToken)
        {
            warned.SetResult(warning);
            return ValueTask.CompletedTask;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_run_that_ends_ends_the_watch_without_a_verdict()
    {
        using var scope = new WatchScope(new WatchLimits());
        var ended = new TaskCompletionSource();
        var running = scope.Watch.RunAsync(NobodyWarnsAsync, ended.Task, CancellationToken.None);

        ended.SetResult();

        Assert.Null(await running);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_watch_can_be_given_up()
    {
        using var scope = new WatchScope(new WatchLimits());
        using var givenUp = new CancellationTokenSource();
        var running = scope.Watch.RunAsync(NobodyWarnsAsync, new TaskCompletionSource().Task, givenUp.Token);

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void A_reading_tells_what_was_seen_last()
    {
        using var scope = new WatchScope(new WatchLimits());
        Assert.Equal((null, scope.Began), (scope.Watch.Latest.LastOutputAt, scope.Watch.Latest.LastActivityAt));

        scope.UseCpu(2.5);
        scope.Pass(seconds: 5);
        scope.UseCpu(10);
        scope.Pass(seconds: 5);
        scope.Time.Advance(TimeSpan.FromSeconds(3));
        scope.Watch.OutputSeen();
        scope.Time.Advance(TimeSpan.FromSeconds(1));
        var latest = scope.Watch.Latest;

        Assert.Equal(scope.Began + TimeSpan.FromSeconds(10), latest.At);
        Assert.Equal(200, latest.CpuPercent, tolerance: 1e-6);
        Assert.Equal(scope.Began + TimeSpan.FromSeconds(13), latest.LastOutputAt);
        Assert.Equal(scope.Began + TimeSpan.FromSeconds(13), latest.LastActivityAt);
    }

    /// <summary>Waits until the loop sleeps, and wakes it.</summary>
    private static async Task AdvanceToNextAsync(WatchScope scope, double seconds)
    {
        var due = scope.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        await Agents.Processes.Poll.UntilAsync(() => scope.Time.NextDue == due, TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        scope.Time.AdvanceTo(due);
    }

    private static ValueTask NobodyWarnsAsync(IdleWarning warning, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
