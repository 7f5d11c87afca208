using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>An agent that works for longer than an activity watches it.</summary>
public sealed class SliceTests : FakeAgentTests
{
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(4);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Settings["Agents:Slice"] = "00:00:01";
    }

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_works_over_many_slices_in_one_attempt(bool killed)
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await HasRunForAsync(host, Work / 2);
        if (killed)
        {
            await host.KillAsync();
            host = await StartHostAsync();
        }

        await HasRunForAsync(host, Work);
        await GoAsync();
        Assert.Equal(1, TaskApi.FirstStep(await CompletedAsync(host, "edit")).GetProperty("attempts").GetInt32());
        var log = await TaskApi.LogAsync(host.Http, "edit", Cancellation);
        Assert.Equal(Recorded("edit", Assert.Single(Invocations()).Session), log.Where(line => line.Stream == "stdout").Select(line => line.Text));
    }

    [Fact(Timeout = Patience)]
    public async Task A_pause_in_a_later_slice_stops_the_agent()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await HasRunForAsync(host, Work);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        await GoAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new JsonObject(), Cancellation);
        await CompletedAsync(host, "edit");
        AssertOneSessionOfTwo();
    }

    private static Task<JsonElement> HasRunForAsync(LocalHostProcess host, TimeSpan time) => TaskApi.UntilAsync(
        host.Http, "edit", status => XmlConvert.ToTimeSpan(status.GetProperty("durations").GetProperty("total").GetString()!) >= time, Cancellation);
}
