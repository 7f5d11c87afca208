using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Timers;

/// <summary>A timer that is already on its way when it is cancelled, and comes after its generation has ended.</summary>
public sealed class LateTimerTests : IDisposable
{
    private readonly EngineLives _lives = new();
    private readonly HeldClock _clock = new();

    public void Dispose()
    {
        _lives.Dispose();
        _clock.Dispose();
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task It_does_not_halt_the_next_generation() =>
        Assert.Equal("\"well\"", (await LifeAsync(context => context.WaitForExternalEventAsync<string>("end"))).Output);

    [Fact(Timeout = EngineLives.Patience)]
    public async Task It_is_not_taken_for_the_timer_of_the_same_number() =>
        Assert.Equal("\"well\"", (await LifeAsync(async context =>
        {
            using var lost = new CancellationTokenSource();
            var end = context.WaitForExternalEventAsync<string>("end");
            var timer = context.CreateTimerAsync(context.CurrentUtcDateTime.AddHours(1), lost.Token);
            var early = await Task.WhenAny(end, timer) == timer;
            lost.Cancel();
            return early ? "early" : await end;
        })).Output);

    [Fact(Timeout = EngineLives.Patience)]
    public async Task It_is_none_after_a_restart_either()
    {
        var ended = await LifeAsync(
            context => context.WaitForExternalEventAsync<string>("end"),
            async (engine, registry) =>
            {
                await engine.DisposeAsync();
                return await EngineLives.StartAsync(_lives.Directory, registry, _clock);
            });
        Assert.Equal("\"well\"", ended.Output);
    }

    private async Task<OrchestrationInstance> LifeAsync(
        Func<IDurableContext, Task<string?>> nextGeneration, Func<DurableEngine, DurableRegistry, Task<DurableEngine>>? then = null)
    {
        var registry = EngineLives.Running(async context =>
        {
            if (context.GetInput<string>() == "again")
            {
                context.SetCustomStatus("again");
                return await nextGeneration(context);
            }

            using var lost = new CancellationTokenSource();
            var timer = context.CreateTimerAsync(context.CurrentUtcDateTime.AddMinutes(1), lost.Token);
            await Task.WhenAny(timer, context.WaitForExternalEventAsync<string>("go"));
            lost.Cancel();
            context.ContinueAsNew("again");
            return null;
        });
        var engine = await EngineLives.StartAsync(_lives.Directory, registry, _clock);
        try
        {
            await engine.StartMainAsync("a");
            while (engine.Timers.Count == 0) await Task.Yield();

            var firing = _clock.FireAsync(TimeSpan.FromMinutes(1), holdsWhen: () => engine.Timers.Count == 0);
            await _clock.Held;
            await engine.RaiseAsync("a", "go");
            await engine.UntilAsync("a", instance => instance.CustomStatus == "\"again\"");
            _clock.LetGo();
            await firing;

            if (then is not null) engine = await then(engine, registry);
            await engine.RaiseAsync("a", "end", "\"well\"");
            return await engine.EndAsync("a");
        }
        finally
        {
            await engine.DisposeAsync();
        }
    }

    /// <summary>A manual clock that holds the thread on which a timer fires where it asks for the time.</summary>
    private sealed class HeldClock : TimeProvider, IDisposable
    {
        private readonly ManualTimeProvider _time = new();
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _goesOn = new();
        private Func<bool> _holdsWhen = () => false;
        private int _thread;

        public Task Held => _held.Task;

        public override long TimestampFrequency => _time.TimestampFrequency;

        public Task FireAsync(TimeSpan after, Func<bool> holdsWhen) => Task.Run(() =>
        {
            (_holdsWhen, _thread) = (holdsWhen, Environment.CurrentManagedThreadId);
            _time.Advance(after);
            _thread = 0;
        });

        public void LetGo() => _goesOn.Set();

        public void Dispose() => _goesOn.Dispose();

        public override DateTimeOffset GetUtcNow()
        {
            if (_thread == Environment.CurrentManagedThreadId && _holdsWhen())
            {
                _held.TrySetResult();
                _goesOn.Wait();
            }

            return _time.GetUtcNow();
        }

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _time.CreateTimer(callback, state, dueTime, period);
    }
}
