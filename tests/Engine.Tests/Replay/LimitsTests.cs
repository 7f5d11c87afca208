using System.Runtime.CompilerServices;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Replay;

public sealed class LimitsTests : IDisposable
{
    private readonly EngineLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_payload_of_a_megabyte_goes_through_and_outlives_a_restart()
    {
        var large = new string('x', 1024 * 1024);
        var registry = EngineLives.Running(async context =>
        {
            var echoed = await context.CallAsync(EngineLives.Note, context.GetInput<string>()!);
            return echoed + await context.WaitForExternalEventAsync<string>("more");
        });
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.StartMainAsync("a", $"\"{large}\"");
            await engine.UntilRecordedAsync("a", "TaskCompleted", 1);
        }

        await using var next = await _lives.StartAsync(registry);
        await next.RaiseAsync("a", "more", $"\"{large}\"");
        Assert.Equal($"\"{large}{large}\"", (await next.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Ten_thousand_nested_calls_that_end_at_once_do_not_overflow_the_stack()
    {
        static async Task<int> NestAsync(IDurableContext context, int depth)
        {
            if (depth == 0) return (await context.CallAsync(EngineLives.Note, "x")).Length;
            return 1 + await NestAsync(context, depth - 1);
        }

        await using var engine = await _lives.StartAsync(EngineLives.Running(context => NestAsync(context, 10_000)));
        await engine.StartMainAsync("a");
        Assert.Equal("10001", (await engine.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_thousand_generations_keep_the_history_short()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registry = EngineLives.Running(async context =>
        {
            var generation = context.GetInput<int>();
            await context.CallActivityAsync<int>("Reached", generation);
            if (generation < 1_000) context.ContinueAsNew(generation + 1);
            else await context.WaitForExternalEventAsync<string>("go");
            return generation;
        }).AddActivity<int, int>(new("Reached"), (generation, _) =>
        {
            if (generation == 1_000) reached.TrySetResult();
            return Task.FromResult(generation);
        });
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.StartMainAsync("a", "0");
            await reached.Task;
        }

        await using var next = await _lives.StartAsync(registry);
        Assert.InRange(next.Records("a").Count, 2, 3);
        await next.RaiseAsync("a", "go");
        Assert.Equal("1000", (await next.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_unknown_orchestration_has_failed_with_the_names_there_are()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(context => Task.FromResult(1)));
        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("nonesuch", "a", null, default));
        var ended = await engine.EndAsync("a");
        Assert.Equal(RuntimeStatus.Failed, ended.Status);
        Assert.Equal("No orchestration named 'nonesuch' is registered; there are: main.", ended.Failure);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Input_that_does_not_fit_its_type_fails_the_orchestration()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(context => Task.FromResult(context.GetInput<int>())));
        await engine.StartMainAsync("a", "\"not a number\"");
        var ended = await engine.EndAsync("a");
        Assert.Equal(RuntimeStatus.Failed, ended.Status);
        Assert.StartsWith("JsonException", ended.Failure, StringComparison.Ordinal);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Input_for_the_next_generation_that_is_no_json_fails_the_orchestration()
    {
        var registry = EngineLives.Running(context =>
        {
            context.ContinueAsNew(typeof(string));
            return Task.FromResult(1);
        });
        await using var engine = await _lives.StartAsync(registry);
        await engine.StartMainAsync("a");
        var ended = await engine.EndAsync("a");
        Assert.StartsWith("NotSupportedException", ended.Failure, StringComparison.Ordinal);
        Assert.Contains(await engine.Client.GetHistoryAsync("a", default), entry => entry.Type == "ExecutionCompleted");
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_ended_instance_holds_none_of_its_orchestration()
    {
        var markers = new List<WeakReference>();
        var registry = EngineLives.Running(async context =>
        {
            var marker = new object();
            Mark(markers, marker);
            using var cancel = new CancellationTokenSource();
            _ = context.CreateTimerAsync(context.CurrentUtcDateTime.AddHours(4), cancel.Token);
            await context.CallAsync(EngineLives.Note, "x");
            cancel.Cancel();
            return marker.GetHashCode();
        });
        await using var engine = await _lives.StartAsync(registry);
        for (var i = 0; i < 20; i++)
        {
            await engine.StartMainAsync($"a{i}");
            await engine.EndAsync($"a{i}");
        }

        while (markers.Exists(marker => marker.IsAlive))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.Equal(20, markers.Count);
        Assert.Equal(0, engine.Timers.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Mark(List<WeakReference> markers, object marker)
    {
        lock (markers) markers.Add(new WeakReference(marker));
    }
}
