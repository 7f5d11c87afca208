using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>An operator stops agents and lets them go on.</summary>
public sealed class OperatorTests : FakeAgentTests
{
    [Fact(Timeout = Patience)]
    public async Task A_paused_agent_goes_on_in_its_session()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop", reason = "lunch" }, Cancellation);
        var paused = await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        Assert.Equal("operator", TaskApi.Detail(paused));
        Assert.Empty(TaggedProcesses.Of(Data));

        await GoAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new { }, Cancellation);
        await CompletedAsync(host, "edit");
        AssertOneSessionOfTwo();
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_that_is_paused_whose_host_is_killed_and_started_again_is_resumed_extended_and_finishes()
    {
        var task = TaskOf("edit", EditWhenTold());
        task["timeouts"] = new JsonObject { ["task"] = "PT2H" };
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, task);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop", reason = "lunch" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        await host.KillAsync();

        host = await StartHostAsync();
        Assert.Equal("paused", TaskApi.State(await TaskApi.StatusAsync(host.Http, "edit", Cancellation)));
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new { }, Cancellation);
        await TaskApi.UntilAsync(host.Http, "edit", _ => Invocations().Count == 2, Cancellation);
        var before = await TaskApi.UntilStateAsync(host.Http, "edit", "executing", Cancellation);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/extend", new { duration = "PT30M", reason = "more to do" }, Cancellation);
        await TaskApi.UntilAsync(host.Http, "edit", status => TaskApi.Deadline(status) == TaskApi.Deadline(before) + TimeSpan.FromMinutes(30), Cancellation);
        await GoAsync();
        await CompletedAsync(host, "edit");
        AssertOneSessionOfTwo();
        Assert.Equal(["pause", "resume", "extend"], await TaskApi.ActionsAsync(host.Http, "edit", Cancellation));
    }

    [Fact(Timeout = Patience)]
    public async Task A_paused_task_can_be_cancelled()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/cancel", new { }, Cancellation);
        Assert.Equal("cancelled", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "edit", Cancellation)));
        Assert.Single(Invocations());
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_that_waits_for_its_turn_after_a_resume_can_be_paused_again()
    {
        Settings["Agents:MaxConcurrentTasks"] = "1";
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("first", EditWhenTold()));
        await TaskApi.PostAsync(host.Http, "/api/tasks/first/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "first", "paused", Cancellation);
        var other = TaskOf("second", EditWhenTold());
        other["workspace"]!["path"] = Directory.CreateDirectory(PathOf("other")).FullName;
        await UntilToolRunsAsync(host, other);

        await TaskApi.PostAsync(host.Http, "/api/tasks/first/resume", new { }, Cancellation);
        Assert.Equal("queued:1", TaskApi.Detail(await TaskApi.UntilAsync(
            host.Http, "first", status => TaskApi.State(status) == "resuming" && TaskApi.Detail(status) is not null, Cancellation)));
        await TaskApi.PostAsync(host.Http, "/api/tasks/first/pause", new { mode = "stop" }, Cancellation);
        await TaskApi.UntilStateAsync(host.Http, "first", "paused", Cancellation);
        await GoAsync();
        await CompletedAsync(host, "second");
        Assert.Equal("paused", TaskApi.State(await TaskApi.StatusAsync(host.Http, "first", Cancellation)));
        await TaskApi.PostAsync(host.Http, "/api/tasks/first/resume", new { }, Cancellation);
        await CompletedAsync(host, "first");
    }

    [Fact(Timeout = Patience)]
    public async Task An_emergency_stop_ends_every_agent_within_seconds_and_an_operator_lets_them_go_on()
    {
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, TaskOf("edit", EditWhenTold()));
        using var answer = await host.Http.PostAsJsonAsync("/api/emergency-stop", new { reason = "fire" }, Cancellation);
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Equal("edit", Assert.Single(report.GetProperty("stopped").EnumerateArray()).GetProperty("taskId").GetString());
        Assert.True(System.Xml.XmlConvert.ToTimeSpan(report.GetProperty("took").GetString()!) < TimeSpan.FromSeconds(10), $"{report}");
        var paused = await TaskApi.UntilStateAsync(host.Http, "edit", "paused", Cancellation);
        Assert.Equal("emergency", TaskApi.Detail(paused));

        await GoAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/edit/resume", new { }, Cancellation);
        await CompletedAsync(host, "edit");
        AssertOneSessionOfTwo();
    }
}
