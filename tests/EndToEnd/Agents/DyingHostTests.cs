using System.Diagnostics;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>The host ends in the middle of an agent's work, with its agent or without it.</summary>
public sealed class DyingHostTests : FakeAgentTests
{
    [Fact(Timeout = Patience)]
    public async Task An_agent_that_outlives_its_host_is_adopted_with_every_line()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await host.KillAsync();
        Assert.NotEmpty(TaggedProcesses.Of(Data));
        await GoAsync();

        host = await StartHostAsync();
        var status = await CompletedAsync(host, "edit");
        Assert.Equal(1, TaskApi.FirstStep(status).GetProperty("attempts").GetInt32());
        var session = Assert.Single(Invocations()).Session;
        var log = await TaskApi.LogAsync(host.Http, "edit", Cancellation);
        Assert.Equal(Recorded("edit", session), log.Where(line => line.Stream == "stdout").Select(line => line.Text));
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    [Fact(Timeout = Patience)]
    public async Task An_agent_that_is_killed_with_its_host_goes_on_in_its_session()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await host.KillAsync();
        TaggedProcesses.KillAll(Data);
        await GoAsync();

        host = await StartHostAsync();
        var status = await CompletedAsync(host, "edit");
        Assert.Equal(2, TaskApi.FirstStep(status).GetProperty("attempts").GetInt32());
        var recovery = Assert.Single(await TaskApi.TimelineAsync(host.Http, "edit", Cancellation), entry => entry.GetProperty("type").GetString() == "recovery");
        Assert.Equal("retry", recovery.GetProperty("trigger").GetString());
        Assert.Equal("crash", recovery.GetProperty("data").GetProperty("class").GetString());
        AssertOneSessionOfTwo();
        Assert.StartsWith("You were interrupted", Invocations()[1].Prompt, StringComparison.Ordinal);
        var whole = Recorded("edit", Invocations()[0].Session);
        var log = await TaskApi.LogAsync(host.Http, "edit", Cancellation);
        Assert.Equal([.. whole[..(whole.Length / 2)], .. whole], log.Where(line => line.Stream == "stdout").Select(line => line.Text));
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    [Fact(Timeout = Patience)]
    public async Task A_host_that_is_asked_to_stop_interrupts_its_agent_and_the_next_life_goes_on_in_its_session()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        var took = Stopwatch.StartNew();
        Assert.Equal(0, await host.StopAsync(Cancellation));
        Assert.True(took.Elapsed < TimeSpan.FromSeconds(15), $"It took {took.Elapsed}.");
        Assert.Empty(TaggedProcesses.Of(Data));
        await GoAsync();

        host = await StartHostAsync();
        await CompletedAsync(host, "edit");
        AssertOneSessionOfTwo();
    }
}
