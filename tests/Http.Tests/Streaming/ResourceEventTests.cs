using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class ResourceEventTests : StreamTest
{
    [Fact(Timeout = 60_000)]
    public async Task What_a_step_uses_is_told_when_its_runner_says_it()
    {
        await StartAsync("t");
        var beat = Beats.At(DateTimeOffset.UtcNow);
        await Host.Store.WriteBeatAsync("t", beat);
        using var events = await ConnectAsync();
        Assert.Equal(["retry", "state executing", "progress", "resource"], await ReadAsync(events, 4));

        await Host.Store.WriteBeatAsync("t", beat with { At = beat.At.AddSeconds(5), Resources = new(87.5, 2, 1) });
        var next = (await events.ReadAsync(Cancellation))!;
        Assert.Equal("resource", next.Type);
        Assert.Null(next.Id);
        Assert.Equal("1.1", next.Text("stepId"));
        Assert.Equal(87.5, next.Json.GetProperty("resources").GetProperty("cpuPercent").GetDouble());
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_is_told_once()
    {
        await StartAsync("t");
        var beat = Beats.At(DateTimeOffset.UtcNow);
        await Host.Store.WriteBeatAsync("t", beat);
        using var events = await ConnectAsync();
        await ReadAsync(events, 4);
        await Host.Store.WriteBeatAsync("t", beat);
        await Host.Store.WriteBeatAsync("t", beat with { At = beat.At.AddSeconds(1), Resources = null });
        await CompleteAsync("t");
        Assert.DoesNotContain("resource", await ReadAllAsync(events));
    }
}
