using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Replay;

public sealed class NonDeterminismTests : IDisposable
{
    private readonly EngineLives _lives = new();

    public void Dispose() => _lives.Dispose();

    public static TheoryData<string, string, string> Changes => new()
    {
        { "removed", "activity 'A'", "activity 'B'" },
        { "renamed", "activity 'B'", "activity 'B2'" },
        { "added before", "activity 'A'", "activity 'X'" },
        { "added between", "activity 'B'", "activity 'X'" },
        { "reordered", "activity 'A'", "activity 'B'" },
        { "one more of the same name", "activity 'B'", "activity 'A' (#1" },
        { "one more at the end of a finished turn", "no more decisions in turn 2", "activity 'B' (#2" },
        { "another kind", "activity 'A'", "a timer" },
        { "ends too early", "activity 'B'", "its end" },
        { "stops asking", "activity 'B'", "nothing" },
        { "throws too early", "activity 'A'", "its end" },
        { "continues too early", "activity 'B'", "its end" },
    };

    [Theory(Timeout = EngineLives.Patience)]
    [MemberData(nameof(Changes))]
    public async Task Code_that_no_longer_fits_stands_still_and_overwrites_nothing(string change, string expected, string came)
    {
        await RecordAsync("a");
        string[] before;
        await using (var engine = await _lives.StartAsync(Program(Changed(change))))
        {
            var halted = await engine.EndAsync("a");
            Assert.Equal(RuntimeStatus.Failed, halted.Status);
            Assert.Contains($"expected {expected}", halted.Failure, StringComparison.Ordinal);
            Assert.Contains($"came with {came}", halted.Failure, StringComparison.Ordinal);
            Assert.Equal(OperationOutcome.NotAllowed, await engine.RaiseAsync("a", "go"));
            before = [.. engine.Records("a")];
        }

        await using var old = await _lives.StartAsync(Program(Recorded));
        Assert.Equal(before, old.Records("a"));
        Assert.Equal(_recorded, before);
        await old.RaiseAsync("a", "go");
        Assert.Equal("\"A B C\"", (await old.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_instance_that_stands_still_can_be_terminated()
    {
        await RecordAsync("a");
        await using var engine = await _lives.StartAsync(Program(Changed("removed")));
        Assert.Equal(OperationOutcome.Accepted, await engine.Client.TerminateAsync("a", "given up", default));
        var ended = await engine.UntilAsync("a", instance => instance.Status == RuntimeStatus.Terminated);
        Assert.Equal("given up", ended.Failure);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_instance_that_stands_still_can_be_purged()
    {
        await RecordAsync("a");
        await using (var engine = await _lives.StartAsync(Program(Changed("removed"))))
        {
            Assert.Equal(OperationOutcome.Accepted, await engine.Client.PurgeAsync("a", default));
            Assert.Null(await engine.Client.GetAsync("a", payloads: true, default));
        }

        await using var next = await _lives.StartAsync(Program(Recorded));
        Assert.Null(await next.Client.GetAsync("a", payloads: true, default));
    }

    [Theory(Timeout = EngineLives.Patience)]
    [InlineData("Task.Delay")]
    [InlineData("Task.Run")]
    [InlineData("a completion source")]
    [InlineData("without its context")]
    public async Task Awaiting_what_is_not_recorded_stands_still(string what)
    {
        var signal = new TaskCompletionSource();
        var awaits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registry = Program(async context =>
        {
            await context.CallActivityAsync<string>("A", null);

            // It is run once this turn is over, when the code waits below.
            _ = context.CallActivityAsync<string>("Reached", null);
            switch (what)
            {
                case "Task.Delay":
                    await Task.Delay(1);
                    break;
                case "Task.Run":
                    await Task.Run(() => signal.Task);
                    break;
                case "without its context":
                    await signal.Task.ConfigureAwait(false);
                    break;
                default:
                    await signal.Task;
                    break;
            }

            return "";
        }).AddActivity<string?, string>(new("Reached"), (_, _) =>
        {
            awaits.TrySetResult();
            return Task.FromResult("");
        });
        await using var engine = await _lives.StartAsync(registry);
        await engine.StartMainAsync("a");
        await awaits.Task;
        signal.SetResult();
        var halted = await engine.EndAsync("a");
        Assert.Equal(RuntimeStatus.Failed, halted.Status);
        Assert.Contains("awaited something that its context did not give it", halted.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain((await engine.Client.GetHistoryAsync("a", default)), entry => entry.Type == "ExecutionCompleted");
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task What_is_not_recorded_is_seen_although_it_comes_while_the_instance_is_at_work()
    {
        var signal = new TaskCompletionSource();
        var time = new TellingTimeProvider(() => Task.Run(signal.SetResult).Wait());
        await using var engine = await EngineLives.StartAsync(_lives.Directory, Program(async context =>
        {
            // The timer is set once the turn is over, and that is when the signal comes.
            _ = context.CreateTimerAsync(context.CurrentUtcDateTime.AddHours(4), CancellationToken.None);
            await signal.Task;
            return "";
        }), time);
        time.IsArmed = true;
        await engine.StartMainAsync("a");
        Assert.Equal(RuntimeStatus.Failed, (await engine.EndAsync("a")).Status);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task What_a_crash_cut_off_can_be_added_to()
    {
        var begun = new TaskCompletionSource();
        var hold = new TaskCompletionSource();
        DurableRegistry Version(Func<IDurableContext, Task<string>> code) => EngineLives.Running(code).AddActivity<string?, string>(new("A"), async (_, _) =>
        {
            begun.TrySetResult();
            await hold.Task;
            return "A";
        }).AddActivity<string?, string>(new("B"), (_, _) => Task.FromResult("B"));

        await using (var engine = await _lives.StartAsync(Version(context => context.CallActivityAsync<string>("A", null))))
        {
            await engine.StartMainAsync("a");
            await begun.Task;
        }

        // A has no answer yet: its turn may have had more decisions.
        await using var next = await _lives.StartAsync(Version(async context =>
        {
            var a = context.CallActivityAsync<string>("A", null);
            var b = context.CallActivityAsync<string>("B", null);
            return await a + await b;
        }));
        hold.SetResult();
        Assert.Equal("\"AB\"", (await next.EndAsync("a")).Output);
    }

    private string[] _recorded = [];

    /// <summary>A history that waits for "go" after two steps.</summary>
    private async Task RecordAsync(string id)
    {
        await using var engine = await _lives.StartAsync(Program(Recorded));
        await engine.StartMainAsync(id);
        await engine.UntilRecordedAsync(id, "TaskCompleted", 2);
        await engine.UntilAsync(id, instance => instance.CustomStatus == "\"waits\"");
        _recorded = [.. engine.Records(id)];
    }

    private static DurableRegistry Program(Func<IDurableContext, Task<string>> code)
    {
        var registry = EngineLives.Running(code);
        foreach (var name in new[] { "A", "B", "C", "X", "B2" })
        {
            registry.AddActivity<string?, string>(new Activity<string?, string>(name), (_, _) => Task.FromResult(name));
        }

        return registry;
    }

    private static async Task<string> Recorded(IDurableContext context)
    {
        var a = await context.CallActivityAsync<string>("A", null);
        var b = await context.CallActivityAsync<string>("B", null);
        context.SetCustomStatus("waits");
        await context.WaitForExternalEventAsync<string>("go");
        return $"{a} {b} {await context.CallActivityAsync<string>("C", null)}";
    }

    private static Func<IDurableContext, Task<string>> Changed(string change) => async context =>
    {
        Task<string> Call(string name) => context.CallActivityAsync<string>(name, null);
        switch (change)
        {
            case "removed":
                await Call("B");
                break;
            case "renamed":
                await Call("A");
                await Call("B2");
                break;
            case "added before":
                await Call("X");
                break;
            case "added between":
                await Call("A");
                await Call("X");
                break;
            case "reordered":
                await Call("B");
                await Call("A");
                break;
            case "one more of the same name":
                await Task.WhenAll(Call("A"), Call("A"));
                break;
            case "one more at the end of a finished turn":
                await Call("A");
                await Task.WhenAll(Call("B"), Call("B"));
                break;
            case "another kind":
                await context.CreateTimerAsync(context.CurrentUtcDateTime, CancellationToken.None);
                break;
            case "ends too early":
                return await Call("A");
            case "stops asking":
                await Call("A");
                break;
            case "throws too early":
                throw new InvalidOperationException("early");
            case "continues too early":
                await Call("A");
                context.ContinueAsNew(null);
                return "";
        }

        await context.WaitForExternalEventAsync<string>("go");
        return "";
    };

    /// <summary>Tells when a durable timer is set, on the thread that sets it.</summary>
    private sealed class TellingTimeProvider(Action onLongTimer) : TimeProvider
    {
        public bool IsArmed { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new TellingTimer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class TellingTimer(TellingTimeProvider provider, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (provider.IsArmed && dueTime > TimeSpan.FromSeconds(1))
                {
                    provider.IsArmed = false;
                    provider.Tell();
                }

                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }

        private void Tell() => onLongTimer();
    }
}
