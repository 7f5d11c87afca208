using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Tests.Hosting;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Client;

public sealed class RestartInstanceTests : IDisposable
{
    private readonly EngineLives _lives = new();

    public void Dispose() => _lives.Dispose();

    [Fact(Timeout = EngineLives.Patience)]
    public async Task An_ended_instance_starts_again_under_its_id_with_the_new_input()
    {
        await using var engine = await _lives.StartAsync(Program());
        await engine.StartMainAsync("a", "\"fail\"");
        Assert.Equal(RuntimeStatus.Failed, (await engine.EndAsync("a")).Status);
        Assert.Equal(OperationOutcome.Accepted, await RestartAsync(engine, "\"wait\""));
        Assert.Equal(OperationOutcome.NotAllowed, await RestartAsync(engine, "\"wait\""));
        Assert.Equal(OperationOutcome.NotAllowed, await engine.Client.PurgeAsync("a", default));
        await engine.RaiseAsync("a", "go", "\"x\"");
        var ended = await engine.EndAsync("a");
        Assert.Equal((RuntimeStatus.Completed, "\"x\"", "\"wait\"", null), (ended.Status, ended.Output, ended.Input, ended.Failure));
        var page = await engine.Client.QueryAsync(new InstanceQuery(), default);
        Assert.Equal("a", Assert.Single(page.Instances).InstanceId);
        Assert.Equal(OperationOutcome.Accepted, await engine.Client.PurgeAsync("a", default));
        Assert.Equal(OperationOutcome.NotFound, await RestartAsync(engine, null));
    }

    [Theory(Timeout = EngineLives.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_goes_on_in_the_next_life_of_the_engine(bool archived)
    {
        await using (var engine = await _lives.StartAsync(Program()))
        {
            await engine.StartMainAsync("a", "\"fail\"");
            await engine.EndAsync("a");
            if (archived) await engine.Journal.CompactAsync();
            Assert.Equal(OperationOutcome.Accepted, await RestartAsync(engine, "\"wait\""));
        }

        await using (var next = await _lives.StartAsync(Program()))
        {
            Assert.Equal(RuntimeStatus.Running, (await next.Client.GetAsync("a", payloads: false, default))!.Status);
            if (archived) await next.Journal.CompactAsync();
            await next.RaiseAsync("a", "go", "\"x\"");
            Assert.Equal("\"x\"", (await next.EndAsync("a")).Output);
        }

        await using var last = await _lives.StartAsync(Program());
        var ended = await last.Client.GetAsync("a", payloads: true, default);
        Assert.Equal((RuntimeStatus.Completed, "\"x\""), (ended!.Status, ended.Output));
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task Of_many_who_ask_one_starts_it_and_readers_see_it_whole()
    {
        await using var engine = await _lives.StartAsync(Program());
        await engine.StartMainAsync("a", "\"now\"");
        for (var i = 0; i < 200; i++)
        {
            await engine.EndAsync("a");
            var reading = Task.Run(() => engine.Client.GetAsync("a", payloads: true, default));
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => RestartAsync(engine, "\"now\""))));
            Assert.Contains(OperationOutcome.Accepted, outcomes);
            Assert.NotNull(await reading);
        }
    }

    [Fact(Timeout = EngineLives.Patience)]
    public async Task A_full_disk_leaves_it_as_it_was()
    {
        var disk = new FaultyDisk();
        await using var engine = _lives.Open(Program(), files: disk);
        await engine.ContinueAsync(default);
        await engine.StartMainAsync("a", "\"now\"");
        await engine.StartMainAsync("b", "\"wait\"");
        await engine.EndAsync("a");
        disk.Fault = new DiskFullException(new IOException("full"));
        var waiting = engine.RaiseAsync("b", "go", "\"x\"");
        while (engine.Unavailable is null) await Task.Yield();
        await Assert.ThrowsAsync<EngineUnavailableException>(() => RestartAsync(engine, "\"wait\""));
        var ended = await engine.Client.GetAsync("a", payloads: true, default);
        Assert.Equal((RuntimeStatus.Completed, "\"now\""), (ended!.Status, ended.Output));

        disk.Fault = null;
        while (engine.Unavailable is not null)
        {
            _lives.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await waiting;
        Assert.Equal(OperationOutcome.Accepted, await RestartAsync(engine, "\"wait\""));
    }

    private static Task<OperationOutcome> RestartAsync(DurableEngine engine, string? input) => engine.Client.RestartAsync("a", input, default);

    private static DurableRegistry Program() => EngineLives.Running<string?>(async context => context.GetInput<string>() switch
    {
        "fail" => throw new InvalidOperationException("broken"),
        "wait" => await context.WaitForExternalEventAsync<string>("go"),
        var input => await context.CallAsync(EngineLives.Note, input!),
    });
}
