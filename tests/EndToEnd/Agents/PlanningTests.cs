using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>A prompt without a plan: the agent makes one.</summary>
public sealed class PlanningTests : FakeAgentTests
{
    private const string Plan =
        """
        Here it is: {"phases": [{"title": "Do it", "steps": [
          {"title": "Change it", "kind": "agent", "prompt": "change it SCN=edit FILE=notes"},
          {"title": "Check it", "kind": "shell", "command": "grep -q edited notes && echo checked"}]}]}
        """;

    private const string NoPlan = """{"phases": [{"title": "Do it", "steps": [{"title": "Change it", "kind": "magic"}]}]}""";

    [Fact(Timeout = Patience)]
    public async Task A_plan_that_the_agent_made_is_carried_out()
    {
        await AnswerAsync(1, Plan);
        var (host, status) = await RunAsync();
        Assert.Equal(["Change it", "Check it"], StepsOf(status));
        Assert.Equal(2, Invocations().Count);
        Assert.Contains("Improve the shop", Invocations()[0].Prompt, StringComparison.Ordinal);
        Assert.Contains(await TaskApi.LogAsync(host.Http, "plan", Cancellation), line => line.Text == "checked");
        Assert.Empty(await WarningsAsync(host));
    }

    [Fact(Timeout = Patience)]
    public async Task An_agent_is_told_once_what_is_wrong_with_its_plan()
    {
        await AnswerAsync(1, NoPlan);
        await AnswerAsync(2, Plan);
        var (host, status) = await RunAsync();
        Assert.Equal(["Change it", "Check it"], StepsOf(status));
        var again = Invocations()[1];
        Assert.True(again.Resumes);
        Assert.Equal(Invocations()[0].Session, again.Session);
        Assert.Contains("magic", again.Prompt, StringComparison.Ordinal);
        Assert.Equal(["plan_refused"], await WarningsAsync(host));
    }

    [Fact(Timeout = Patience)]
    public async Task Without_a_valid_plan_the_task_is_one_step()
    {
        await AnswerAsync(1, NoPlan);
        await AnswerAsync(2, "I would rather not.");
        var (host, status) = await RunAsync();
        Assert.Equal(["Improve the shop"], StepsOf(status));
        Assert.Equal(["plan_refused", "plan_fallback"], await WarningsAsync(host));
        Assert.Equal(3, Invocations().Count);
    }

    [Fact(Timeout = Patience)]
    public async Task A_planning_agent_that_is_killed_with_its_host_goes_on_in_its_session()
    {
        await AnswerAsync(1, Plan);
        await AnswerAsync(2, Plan);
        var host = await StartHostAsync();
        var task = Request();
        task["prompt"] = $"Improve the shop WAIT={Go}";
        await UntilToolRunsAsync(host, task);
        Assert.Equal("planning", TaskApi.State(await TaskApi.StatusAsync(host.Http, "plan", Cancellation)));
        await host.KillAsync();
        TaggedProcesses.KillAll(Data);
        await GoAsync();

        host = await StartHostAsync();
        Assert.Equal(["Change it", "Check it"], StepsOf(await CompletedAsync(host, "plan")));
        Assert.Equal([false, true], Invocations().Take(2).Select(invocation => invocation.Resumes));
        Assert.Equal(Invocations()[0].Session, Invocations()[1].Session);
    }

    private JsonObject Request()
    {
        var task = TaskOf("plan");
        task.Remove("plan");
        task["prompt"] = "Improve the shop";
        return task;
    }

    private async Task<(LocalHostProcess Host, JsonElement Status)> RunAsync()
    {
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, Request(), Cancellation);
        return (host, await CompletedAsync(host, "plan"));
    }

    private static IEnumerable<string?> StepsOf(JsonElement status) => status.GetProperty("plan").GetProperty("phases").EnumerateArray()
        .SelectMany(phase => phase.GetProperty("steps").EnumerateArray()).Select(step => step.GetProperty("title").GetString());

    private static async Task<List<string?>> WarningsAsync(LocalHostProcess host) =>
        [.. (await TaskApi.TimelineAsync(host.Http, "plan", Cancellation))
            .Where(entry => entry.GetProperty("type").GetString() == "warning").Select(entry => entry.GetProperty("trigger").GetString())];
}
