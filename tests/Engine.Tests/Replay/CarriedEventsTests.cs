using System.Text;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Replay;

/// <summary>What the next generation is given of the one before.</summary>
public sealed class CarriedEventsTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EngineLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_event_that_comes_after_the_code_has_returned_is_for_the_next_generation()
    {
        var begun = new TaskCompletionSource();
        var hold = new TaskCompletionSource<string>();
        var registry = EngineLives.Running(async context =>
        {
            var item = context.WaitForExternalEventAsync<string>("item");
            if (context.GetInput<string>() == "again") return await item;
            _ = context.CallActivityAsync<string>("Hold", null);
            context.ContinueAsNew("again");
            return null;
        }).AddActivity<string?, string>(new("Hold"), (_, _) =>
        {
            begun.TrySetResult();
            return hold.Task;
        });
        await using var engine = await _lives.StartAsync(registry);
        await engine.StartMainAsync("a");
        await begun.Task;
        await engine.RaiseAsync("a", "item", "\"kept\"");
        hold.SetResult("");
        Assert.Equal("\"kept\"", (await engine.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Events_keep_their_order_although_the_clock_was_set_back()
    {
        await EngineTestCalls.WriteHistoryAsync(_lives.Directory, [Started(), Raised(10, "1"), Raised(5, "2"), Raised(7, "3")]);
        await using var engine = await _lives.StartAsync(EngineLives.Running(async context =>
        {
            if (context.GetInput<string>() == "again")
            {
                var got = "";
                while (got.Length < 3) got += await context.WaitForExternalEventAsync<int>("item");
                return got;
            }

            await context.CallAsync(EngineLives.Note, "x");
            context.ContinueAsNew("again");
            return "";
        }));
        Assert.Equal("\"123\"", (await engine.EndAsync("a")).Output);
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_suspension_on_its_way_in_holds_for_the_next_generation_and_after_a_restart()
    {
        // As a crash leaves it between the end of a generation and the beginning of the next.
        await EngineTestCalls.WriteHistoryAsync(_lives.Directory,
        [
            Started(),
            new() { Kind = EventKind.TaskScheduled, Time = Begin, Number = 0, Turn = 1, Name = "Note", Payload = "\"x\""u8.ToArray() },
            new() { Kind = EventKind.TaskCompleted, Time = Begin, Number = 0, Payload = "\"x\""u8.ToArray() },
            new() { Kind = EventKind.Suspended, Time = Begin, Text = "lunch" },
            Raised(1, "1"),
        ]);
        var registry = EngineLives.Running(async context =>
        {
            if (context.GetInput<string>() == "again") return $"{await context.WaitForExternalEventAsync<int>("item")}";
            await context.CallAsync(EngineLives.Note, "x");
            context.ContinueAsNew("again");
            return "";
        });
        await using (var engine = await _lives.StartAsync(registry))
        {
            await engine.UntilAsync("a", instance => instance is { Status: RuntimeStatus.Suspended, Input: "\"again\"" });
        }

        await using var next = await _lives.StartAsync(registry);
        Assert.Equal(RuntimeStatus.Suspended, (await next.Client.GetAsync("a", payloads: false, default))!.Status);
        await next.Client.ResumeAsync("a", null, default);
        Assert.Equal("\"1\"", (await next.EndAsync("a")).Output);
    }

    private static HistoryEvent Started() =>
        new() { Kind = EventKind.Started, Time = Begin, Number = 0, Name = "main", Text = "a", Moment = Begin };

    private static HistoryEvent Raised(int second, string payload) =>
        new() { Kind = EventKind.EventRaised, Time = Begin.AddSeconds(second), Name = "item", Payload = Encoding.UTF8.GetBytes(payload) };
}
