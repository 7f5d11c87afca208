using System.Text.Json.Nodes;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>What a task may use, and how long an agent may take to begin.</summary>
public sealed class LimitTests : FakeAgentTests
{
    [Theory(Timeout = Patience)]
    [InlineData("processes", 1)]
    [InlineData("memoryBytes", 1024)]
    public async Task What_an_agent_uses_beyond_its_task_s_budget_pauses_the_task(string budget, long allowed)
    {
        var host = await StartHostAsync();
        var task = TaskOf("costly", EditWhenTold());
        task["budgets"] = new JsonObject { [budget] = allowed };
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        var paused = await TaskApi.UntilStateAsync(host.Http, "costly", "paused", Cancellation);
        Assert.Equal("budget", TaskApi.Detail(paused));
        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Contains("budget is used up", await PauseReasonAsync(host), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task What_an_agent_costs_beyond_its_task_s_budget_pauses_the_task_before_the_next_step()
    {
        var host = await StartHostAsync();
        var task = TaskOf("costly", "first SCN=edit", "second SCN=edit");
        task["budgets"] = new JsonObject { ["costUsd"] = 0.0001m };
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        var paused = await TaskApi.UntilStateAsync(host.Http, "costly", "paused", Cancellation);
        Assert.Equal("budget", TaskApi.Detail(paused));
        Assert.Contains("costUsd", await PauseReasonAsync(host), StringComparison.Ordinal);
        Assert.Single(Invocations());
    }

    [Fact(Timeout = Patience)]
    public async Task An_agent_that_does_not_begin_is_killed_and_tried_once_more()
    {
        AddAgent("claude", """echo begun >> "$FAKE_AGENT_HOME"; exec "$FAKE_AGENT" slow-start /nowhere/at-all""");
        Settings["Timeouts:AgentStart:Default"] = "00:00:02";
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, TaskOf("slow", "do it"), Cancellation);
        var status = await TaskApi.UntilEndedAsync(host.Http, "slow", Cancellation);
        Assert.Equal("failed", TaskApi.State(status));
        Assert.Equal(2, TaskApi.FirstStep(status).GetProperty("attempts").GetInt32());
        Assert.Contains("no sign of life for 2 s", status.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(PathOf("home"), Cancellation)).Length);
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    private static async Task<string> PauseReasonAsync(LocalHostProcess host) =>
        (await TaskApi.TimelineAsync(host.Http, "costly", Cancellation))
            .Single(entry => entry.GetProperty("type").GetString() == "transition" && entry.GetProperty("to").GetString() == "paused")
            .GetProperty("reason").GetString() ?? "";
}
