using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Client;

public sealed class ConcurrencyTests : IDisposable
{
    private const int Senders = 8;
    private const int Each = 200;

    private readonly EngineLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Events_of_many_senders_keep_each_senders_order()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(async context =>
        {
            var got = new List<int>();
            while (got.Count < Senders * Each) got.Add(await context.WaitForExternalEventAsync<int>("item"));
            return got;
        }));
        await engine.StartMainAsync("a");
        await SendAsync(engine, "a");
        AssertComplete(await engine.EndAsync("a"));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Events_raised_while_the_instance_continues_as_new_are_neither_lost_nor_doubled()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(async context =>
        {
            var got = context.GetInput<List<int>>() ?? [];
            got.Add(await context.WaitForExternalEventAsync<int>("item"));
            if (got.Count % 3 == 0) await context.CallAsync(EngineLives.Note, "x");
            if (got.Count < Senders * Each) context.ContinueAsNew(got);
            return got;
        }));
        await engine.StartMainAsync("a");
        await SendAsync(engine, "a");
        AssertComplete(await engine.EndAsync("a"));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_event_raised_during_the_start_is_refused_or_delivered()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(
            async context => await context.WaitForExternalEventAsync<string>("go")));
        for (var i = 0; i < 300; i++)
        {
            var id = $"a{i}";
            var raise = Task.Run(async () =>
            {
                while (await engine.RaiseAsync(id, "go", "\"early\"") == OperationOutcome.NotFound) await Task.Yield();
            });
            await engine.StartMainAsync(id);
            await raise;
            Assert.Equal("\"early\"", (await engine.EndAsync(id)).Output);
        }
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Of_many_starts_with_one_id_one_succeeds()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(context => Task.FromResult(context.GetInput<int>())));
        for (var i = 0; i < 50; i++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(
                sender => Task.Run(() => engine.Client.StartAsync("main", $"a{i}", $"{sender}", default))));
            Assert.Single(outcomes, StartOutcome.Started);
            Assert.Equal($"{Array.IndexOf(outcomes, StartOutcome.Started)}", (await engine.EndAsync($"a{i}")).Output);
        }
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_read_never_sees_an_ended_instance_without_its_output()
    {
        await using var engine = await _lives.StartAsync(EngineLives.Running(context => context.CallAsync(EngineLives.Note, "x")));
        for (var i = 0; i < 200; i++)
        {
            await engine.StartMainAsync($"a{i}");
            var ended = await engine.UntilAsync($"a{i}", instance => instance.HasEnded);
            Assert.Equal("\"x\"", ended.Output);
        }
    }

    private static Task SendAsync(DurableEngine engine, string id) => Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
    {
        for (var i = 0; i < Each; i++) Assert.Equal(OperationOutcome.Accepted, await engine.RaiseAsync(id, "item", $"{(sender * Each) + i}"));
    })));

    private static void AssertComplete(OrchestrationInstance ended)
    {
        Assert.Equal(RuntimeStatus.Completed, ended.Status);
        var got = System.Text.Json.JsonSerializer.Deserialize<int[]>(ended.Output!)!;
        Assert.Equal(Enumerable.Range(0, Senders * Each), got.Order());
        Assert.All(got.GroupBy(item => item / Each), sender => Assert.Equal(sender.Order(), sender));
    }
}
