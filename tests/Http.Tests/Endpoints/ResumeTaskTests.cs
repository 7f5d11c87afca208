using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ResumeTaskTests : ApiTest
{
    private const string Known = "00000000000000aa";

    [Fact]
    public async Task A_paused_task_is_brought_back_to_a_checkpoint_it_has()
    {
        await StartAsync("t");
        await Host.TakeCheckpointAsync("t", 1, Known);
        await Host.Engine.RaiseEventAsync("t", "pause", null, Cancellation);
        using var response = await PostAsync("/api/tasks/t/resume", $$"""{"checkpointId": "{{Known}}"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($$"""{"by":"local","reason":null,"checkpointId":"{{Known}}"}""", Host.Engine.Events[^1].Payload);
    }

    [Fact]
    public async Task A_checkpoint_it_does_not_have_is_400_before_anything_is_sent()
    {
        await StartAsync("t");
        await StartAsync("u");
        await Host.TakeCheckpointAsync("u", 1, Known);
        await Host.Engine.RaiseEventAsync("t", "pause", null, Cancellation);
        using var response = await PostAsync("/api/tasks/t/resume", $$"""{"checkpointId": "{{Known}}"}""");
        Assert.Equal(
            "there is no such checkpoint of this task: GET /api/tasks/t/checkpoints lists those there are.",
            await ExtendTaskTests.ErrorAsync(response, "checkpointId"));
        Assert.Single(Host.Engine.Events);
    }

    [Fact]
    public async Task A_task_that_runs_is_not_brought_back_beneath_its_step()
    {
        await StartAsync("t");
        await Host.TakeCheckpointAsync("t", 1, Known);
        using var response = await PostAsync("/api/tasks/t/resume", $$"""{"checkpointId": "{{Known}}"}""");
        var problem = await AssertProblemAsync(response, HttpStatusCode.Conflict, "wrong_state");
        Assert.Contains("pause it first", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_task_goes_on_in_its_next_generation()
    {
        await StartAsync("t");
        await Host.TakeCheckpointAsync("t", 1, Known);
        await Host.Engine.FailAsync("t");
        using var response = await PostAsync("/api/tasks/t/resume", $$"""{"checkpointId": "{{Known}}", "reason": "mended"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($$"""restart t {"by":"local","reason":"mended","checkpointId":"{{Known}}","reviveTask":true}""", Host.Engine.Calls[^1]);

        // It is under way, though its record does not say so yet.
        using var again = await PostAsync("/api/tasks/t/resume", null);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Single(Host.Engine.Calls, call => call.StartsWith("restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_whose_history_was_lost_is_started_to_go_on()
    {
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Completed);
        await Host.Engine.PurgeAsync("t", Cancellation);
        var lost = await GetJsonAsync("/api/tasks/t");
        Assert.Equal("history_lost", lost.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("/api/tasks/t/resume", lost.GetProperty("links").GetProperty("resume").GetString());

        Host.Engine.Runs = false;
        using var response = await PostAsync("/api/tasks/t/resume", null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var instance = await Host.Engine.GetAsync("t", payloads: true, Cancellation);
        Assert.Equal("""{"by":"local","reason":null,"checkpointId":null,"reviveTask":true}""", instance!.Input);
    }

    [Fact]
    public async Task A_task_that_failed_before_it_began_has_nothing_to_go_on_from()
    {
        Host.Engine.Runs = false;
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Failed, "workspace.path: is not there.");
        using var response = await PostAsync("/api/tasks/t/resume", null);
        await AssertProblemAsync(response, HttpStatusCode.Conflict, "never_began");
    }

    [Fact]
    public async Task A_full_disk_leaves_a_failed_task_as_it_was()
    {
        await StartAsync("t");
        await Host.Engine.FailAsync("t");
        Host.Engine.StartFails = new EngineUnavailableException("full");
        using var response = await PostAsync("/api/tasks/t/resume", null);
        await AssertProblemAsync(response, HttpStatusCode.ServiceUnavailable, "engine_unavailable");
        Assert.Equal("failed", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Of_resuming_and_cancelling_a_failed_task_one_wins()
    {
        await StartAsync("t");
        await Host.Engine.FailAsync("t");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PostAsync($"/api/tasks/t/{(i % 2 == 0 ? "resume" : "cancel")}", null)));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Gone or HttpStatusCode.Conflict, $"{answer.StatusCode}"));
        var restarted = Host.Engine.Calls.Any(call => call.StartsWith("restart", StringComparison.Ordinal));
        var items = (await GetJsonAsync("/api/tasks/t/timeline")).GetProperty("items").EnumerateArray().ToList();
        var cancels = items.Count(item => item.GetProperty("trigger").GetString() == "cancel" && item.GetProperty("to").GetString() == "cancelled");
        Assert.True(cancels <= 1, $"{cancels} cancels");
        if (restarted) Assert.True(cancels == 0 || Host.Engine.Events.Exists(told => told.Name == "cancel"), "It was cancelled beneath the generation that goes on with it.");
    }
}
