using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Hosting;

public sealed class RestartTests : IDisposable
{
    private static readonly Activity<int, int> Step = new("Step");

    private readonly EngineLives _lives = new();
    private readonly ConcurrentDictionary<int, int> _runs = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _begun = [];
    private int _life;

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_instance_continues_after_a_stop_at_any_of_its_steps()
    {
        const int Steps = 8;
        for (_life = 0; _life < Steps; _life++)
        {
            await using var engine = await _lives.StartAsync(StepByStep(Steps));
            if (_life == 0) await engine.StartMainAsync("a");
            await Begun(_life).Task;
        }

        await using var last = await _lives.StartAsync(StepByStep(Steps));
        Assert.Equal("28", (await last.EndAsync("a")).Output);

        // Once in the life that ended with it, once in the next.
        Assert.All(Enumerable.Range(0, Steps), step => Assert.Equal(2, _runs[step]));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_result_that_came_to_a_suspended_instance_is_not_asked_for_again()
    {
        var (runs, begun, ends) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var registry = new DurableRegistry()
            .AddOrchestration("main", context => context.CallAsync(Step, 1))
            .AddActivity(Step, async (number, _) =>
            {
                Interlocked.Increment(ref runs);
                begun.TrySetResult();
                await ends.Task;
                return number;
            });
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.StartMainAsync("a");
            await begun.Task;
            await engine.Client.SuspendAsync("a", null, default);
            ends.SetResult();
            await engine.UntilRecordedAsync("a", "TaskCompleted", 1);
        }

        await using var next = await _lives.StartAsync(registry);
        await next.Client.ResumeAsync("a", null, default);
        Assert.Equal("1", (await next.EndAsync("a")).Output);
        Assert.Equal(1, runs);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_copy_of_the_folder_taken_at_any_step_continues_from_there()
    {
        const int Steps = 6;
        var copies = new List<string>();
        for (_life = 0; _life < Steps; _life++)
        {
            await using var engine = await _lives.StartAsync(StepByStep(Steps));
            if (_life == 0) await engine.StartMainAsync("a");
            await Begun(_life).Task;
            copies.Add(_lives.CopyAsItIs());
        }

        for (var step = 0; step < Steps; step++)
        {
            _runs.Clear();
            await using var engine = await _lives.StartAsync(StepByStep(Steps), copies[step]);
            Assert.Equal("15", (await engine.EndAsync("a")).Output);
            Assert.Equal(Enumerable.Range(step, Steps - step), _runs.Keys.Order());
        }
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_run_that_heeds_the_stop_is_run_again_in_the_next_life()
    {
        var begun = new TaskCompletionSource();
        var runs = 0;
        var registry = EngineLives.Running(context => context.CallAsync(Step, 1)).AddActivity(Step, async (step, token) =>
        {
            if (++runs > 1) return step;
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return -1;
        });
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.StartMainAsync("a");
            await begun.Task;
        }

        await using var next = await _lives.StartAsync(registry);
        Assert.Equal("1", (await next.EndAsync("a")).Output);
        Assert.Equal(2, runs);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_termination_cancels_the_token_of_every_activity_of_the_instance()
    {
        var begun = new CountdownEvent(3);
        var cancelled = new CountdownEvent(3);
        var allBegun = new TaskCompletionSource();
        var allCancelled = new TaskCompletionSource();
        var registry = EngineLives.Running(context => Task.WhenAll(Enumerable.Range(0, 3).Select(step => context.CallAsync(Step, step))))
            .AddActivity(Step, async (step, token) =>
            {
                // A listener that throws is the activity's fault and nobody else's.
                await using var fault = token.Register(() => throw new InvalidOperationException("a listener's own"));
                await using var count = token.Register(() =>
                {
                    if (cancelled.Signal()) allCancelled.SetResult();
                });
                if (begun.Signal()) allBegun.SetResult();
                await allCancelled.Task;
                return step;
            });
        await using var engine = await _lives.StartAsync(registry);
        await engine.StartMainAsync("a");
        await allBegun.Task;
        await engine.Client.TerminateAsync("a", null, default);
        await allCancelled.Task;
        Assert.Equal(RuntimeStatus.Terminated, (await engine.EndAsync("a")).Status);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_four_hour_timeout_takes_no_time_on_a_manual_clock()
    {
        var armed = new TaskCompletionSource();
        var registry = EngineLives.Running(async context =>
        {
            var begun = context.CurrentUtcDateTime;
            var timer = context.CreateTimerAsync(begun.AddHours(4), CancellationToken.None);
            await context.CallAsync(Step, 1);
            await timer;
            return (context.CurrentUtcDateTime - begun).TotalHours;
        }).AddActivity(Step, (step, _) =>
        {
            armed.SetResult();
            return Task.FromResult(step);
        });
        await using var engine = await _lives.StartAsync(registry);
        await engine.StartMainAsync("a");
        await armed.Task;
        _lives.Time.Advance(TimeSpan.FromHours(4) - TimeSpan.FromTicks(1));
        Assert.Equal(1, engine.Timers.Count);
        _lives.Time.Advance(TimeSpan.FromTicks(1));
        _lives.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.InRange(double.Parse((await engine.EndAsync("a")).Output!, System.Globalization.CultureInfo.InvariantCulture), 4, 4.0001);
        Assert.Equal(0, engine.Timers.Count);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Nothing_runs_before_the_engine_may_continue()
    {
        await using var engine = _lives.Open(EngineLives.Running(context => context.CallAsync(EngineLives.Note, "x")));
        await engine.StartMainAsync("a");
        Assert.Equal(RuntimeStatus.Pending, (await engine.Client.GetAsync("a", payloads: false, default))!.Status);
        Assert.Single(engine.Records("a"));
        await engine.ContinueAsync(default);
        Assert.Equal("\"x\"", (await engine.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_start_that_is_called_off_lets_go_of_the_folder()
    {
        var registry = EngineLives.Running(async context => await context.WaitForExternalEventAsync<string>("go"));
        await using (var engine = await _lives.StartAsync(registry)) await engine.StartMainAsync("a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DurableEngine.StartAsync(
            new EngineOptions { Directory = _lives.Directory, StopGrace = TimeSpan.Zero }, registry, _lives.Time,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, new CancellationToken(canceled: true)));
        await using var next = await _lives.StartAsync(registry);
        await next.RaiseAsync("a", "go", "\"x\"");
        Assert.Equal("\"x\"", (await next.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Ended_instances_are_as_they_were_after_a_restart()
    {
        var registry = EngineLives.Running(async context =>
        {
            context.SetCustomStatus("all well");
            return await context.CallAsync(EngineLives.Note, context.GetInput<string>()!);
        });
        OrchestrationInstance before;
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.StartMainAsync("a", "\"x\"");
            before = await engine.EndAsync("a");
        }

        await using var next = await _lives.StartAsync(registry);
        Assert.Equal(before, await next.EndAsync("a"));
        Assert.Equal("\"all well\"", before.CustomStatus);
    }

    /// <summary>Each life of the engine ends in the step that has its number; the next goes one further.</summary>
    private DurableRegistry StepByStep(int steps)
    {
        var life = _life;
        return EngineLives.Running(async context =>
        {
            var sum = 0;
            for (var step = 0; step < steps; step++) sum += await context.CallAsync(Step, step);
            return sum;
        }).AddActivity(Step, async (step, _) =>
        {
            _runs.AddOrUpdate(step, 1, static (_, runs) => runs + 1);
            if (step != life) return step;
            Begun(step).SetResult();
            await new TaskCompletionSource().Task;
            return -1;
        });
    }

    private TaskCompletionSource Begun(int step) =>
        _begun.GetOrAdd(step, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
