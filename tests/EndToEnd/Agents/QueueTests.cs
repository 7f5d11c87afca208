using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>More tasks than may run at once.</summary>
public sealed class QueueTests : FakeAgentTests
{
    [Fact(Timeout = Patience)]
    public async Task A_second_task_waits_and_starts_when_the_first_has_ended()
    {
        Settings["Agents:MaxConcurrentTasks"] = "1";
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, InItsFolder("first"));
        await TaskApi.StartAsync(host.Http, InItsFolder("second"), Cancellation);
        Assert.Equal("created", TaskApi.State(await UntilDetailAsync(host, "second", "queued:1")));
        Assert.Single(Invocations());
        using var pause = await host.Http.PostAsJsonAsync("/api/tasks/second/pause", new { mode = "stop" }, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, pause.StatusCode);
        await GoAsync();
        await CompletedAsync(host, "first");
        await CompletedAsync(host, "second");
        Assert.Equal(2, Invocations().Count);
    }

    [Fact(Timeout = Patience)]
    public async Task The_task_of_higher_priority_goes_first_and_no_more_wait_than_may()
    {
        Settings["Agents:MaxConcurrentTasks"] = "1";
        Settings["Agents:MaxQueuedTasks"] = "2";
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, InItsFolder("first"));
        await TaskApi.StartAsync(host.Http, InItsFolder("early"), Cancellation);
        await UntilDetailAsync(host, "early", "queued:1");
        var urgent = InItsFolder("urgent");
        urgent["priority"] = 10;
        await TaskApi.StartAsync(host.Http, urgent, Cancellation);
        await UntilDetailAsync(host, "urgent", "queued:1");
        using var answer = await host.Http.PostAsJsonAsync("/api/tasks", InItsFolder("late"), Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        using var refused = await host.Http.GetAsync("/api/tasks/late", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);

        await GoAsync();
        // A task gives its slot back when its work is over, a moment before it ends.
        var early = StepOf(await CompletedAsync(host, "early"));
        var worked = StepOf(await CompletedAsync(host, "urgent"));
        Assert.True(worked.GetProperty("completedAt").GetDateTimeOffset() <= early.GetProperty("startedAt").GetDateTimeOffset(), $"{worked} {early}");
    }

    [Fact(Timeout = Patience)]
    public async Task An_agent_has_a_limit_of_its_own()
    {
        Settings["Agents:Profiles:claude:MaxConcurrentTasks"] = "1";
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, InItsFolder("first"));
        await TaskApi.StartAsync(host.Http, InItsFolder("second"), Cancellation);
        await UntilDetailAsync(host, "second", "queued:1");
        await TaskApi.StartAsync(host.Http, ShellTask.Of("third", Directory.CreateDirectory(PathOf("third")).FullName, "true"), Cancellation);
        await CompletedAsync(host, "third");
        Assert.Equal("created", TaskApi.State(await TaskApi.StatusAsync(host.Http, "second", Cancellation)));
        await GoAsync();
        await CompletedAsync(host, "second");
        await CompletedAsync(host, "first");
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_that_waits_survives_the_kill_of_its_host_and_can_be_cancelled()
    {
        Settings["Agents:MaxConcurrentTasks"] = "1";
        var host = await StartHostAsync();
        await UntilToolRunsAsync(host, InItsFolder("first"));
        foreach (var id in (string[])["second", "third"])
        {
            await TaskApi.StartAsync(host.Http, InItsFolder(id), Cancellation);
            await TaskApi.UntilAsync(host.Http, id, status => TaskApi.Detail(status)?.StartsWith("queued:", StringComparison.Ordinal) == true, Cancellation);
        }

        await host.KillAsync();
        host = await StartHostAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/second/cancel", new { }, Cancellation);
        Assert.Equal("cancelled", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "second", Cancellation)));
        await GoAsync();
        await CompletedAsync(host, "first");
        await CompletedAsync(host, "third");
        Assert.Equal(2, Invocations().Count);
    }

    private JsonObject InItsFolder(string id)
    {
        var task = TaskOf(id, EditWhenTold());
        task["workspace"]!["path"] = Directory.CreateDirectory(PathOf(id)).FullName;
        return task;
    }

    private static JsonElement StepOf(JsonElement status) => status.GetProperty("plan").GetProperty("phases")[0].GetProperty("steps")[0];

    private static Task<JsonElement> UntilDetailAsync(LocalHostProcess host, string id, string detail) =>
        TaskApi.UntilAsync(host.Http, id, status => TaskApi.Detail(status) == detail, Cancellation);
}
