using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class HeldLeaseTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedLease _lease = new();
    private readonly TemporaryFolder _folder = new();
    private readonly StepHolds _holds;
    private readonly RunningStep _step = new(new StepKey("task-1", "1.1", 1));
    private int _looks;

    public HeldLeaseTests() => _holds = new StepHolds(new StepRuns(_folder.Path), _time);

    public async ValueTask DisposeAsync()
    {
        await _lease.DisposeAsync();
        _folder.Dispose();
    }

    private bool IsLost => _step.Stop.Lost.IsCancellationRequested;

    [Fact]
    public async Task It_is_renewed_every_15_s_and_looked_at_every_2_s()
    {
        await using var held = Begin();
        Pass(14.9);
        Assert.Equal((0, 7), (_lease.Renewals, _looks));
        Pass(0.1);
        Assert.Equal(1, _lease.Renewals);
        Pass(600);
        Assert.Equal((41, false), (_lease.Renewals, IsLost));
    }

    [Fact]
    public async Task Storage_that_fails_is_tried_again_until_40_s_after_the_last_renewal()
    {
        await using var held = Begin();
        Pass(15);
        _lease.Answer = () => throw new IOException("full");
        Pass(39.9);
        Assert.Equal((14, false), (_lease.Renewals, IsLost));
        Pass(0.1);
        Assert.True(IsLost);
        Assert.True(_step.Stop.IsSuperseded && _step.Stop.Please.IsCancellationRequested);
    }

    [Fact]
    public async Task It_counts_from_when_it_was_asked_for()
    {
        var asked = _time.GetTimestamp();
        _lease.Answer = () => throw new IOException("full");
        Pass(30);
        await using var held = Begin(asked);
        Pass(9.9);
        Assert.False(IsLost);
        Pass(0.1);
        Assert.True(IsLost);
    }

    [Fact]
    public async Task One_that_is_gone_is_lost_at_once()
    {
        await using var held = Begin();
        _lease.Answer = () => false;
        Pass(15);
        Assert.True(IsLost);
        Pass(60);
        Assert.Equal(1, _lease.Renewals);
        await held.ReleaseAsync();
        Assert.False(_lease.IsReleased);
    }

    [Fact]
    public async Task One_that_is_over_is_not_lost_any_more()
    {
        var held = Begin();
        await held.DisposeAsync();
        Pass(60);
        await held.ReleaseAsync();
        Assert.Equal((0, false, true), (_lease.Renewals, IsLost, _lease.IsReleased));
    }

    [Fact]
    public async Task Others_see_that_it_is_held_until_40_s_after_the_last_renewal_was_asked_for()
    {
        var asked = _time.GetTimestamp();
        Pass(1);
        await using (var held = Begin(asked))
        {
            AssertHeldFor(39);
            Pass(15);
            AssertHeldFor(40);
            _lease.Answer = () => throw new IOException("full");
            Pass(39.9);
            AssertHeldFor(0.1);
            Pass(0.1);
            Assert.True(_holds.IsOver(Assert.Single(_holds.All())));
        }

        Assert.Empty(_holds.All());
    }

    private void AssertHeldFor(double seconds)
    {
        var hold = Assert.Single(_holds.All());
        Assert.Equal((TaskId.Parse("task-1"), TimeSpan.FromSeconds(seconds), false), (hold.Task, _time.GetElapsedTime(_time.GetTimestamp(), hold.Until), _holds.IsOver(hold)));
    }

    private HeldLease Begin(long? asked = null) => new HeldLease(
        _step,
        _lease,
        asked ?? _time.GetTimestamp(),
        _ =>
        {
            _looks++;
            return Task.CompletedTask;
        },
        _holds,
        _time,
        NullLogger.Instance).Begin();

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private sealed class ScriptedLease : IBlobLease
    {
        public int Renewals { get; private set; }

        public bool IsReleased { get; private set; }

        public Func<bool> Answer { get; set; } = () => true;

        public Task<bool> RenewAsync(CancellationToken cancellationToken)
        {
            Renewals++;
            return Task.FromResult(Answer());
        }

        public ValueTask DisposeAsync()
        {
            IsReleased = true;
            return ValueTask.CompletedTask;
        }
    }
}
