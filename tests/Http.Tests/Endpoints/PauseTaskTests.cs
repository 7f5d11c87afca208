using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class PauseTaskTests : ApiTest
{
    [Theory]
    [InlineData("pause", "{\"mode\": \"drain\", \"reason\": \"lunch\"}", """{"by":"local","reason":"lunch","mode":"drain"}""")]
    [InlineData("pause", null, """{"by":"local","reason":null}""")]
    [InlineData("pause", "{\"mode\": \"freeze\"}", """{"by":"local","reason":null,"mode":"freeze"}""")]
    [InlineData("resume", "{\"reason\": \"back\", \"checkpointId\": null}", """{"by":"local","reason":"back"}""")]
    public async Task The_orchestration_is_told_who_and_why(string verb, string? body, string payload)
    {
        await StartAsync("t");
        using var response = await PostAsync($"/api/tasks/t/{verb}", body);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/api/tasks/t", response.Headers.Location?.ToString());
        var (_, name, sent) = Assert.Single(Host.Engine.Events);
        Assert.Equal((verb, payload), (name, sent));
    }

    [Fact]
    public async Task What_is_in_effect_already_is_accepted()
    {
        await StartAsync("t");
        foreach (var verb in new[] { "resume", "pause", "pause", "resume", "resume" })
        {
            using var response = await PostAsync($"/api/tasks/t/{verb}", null);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task A_task_that_waits_for_its_first_turn_is_409(string verb)
    {
        Host.Engine.Runs = false;
        await StartAsync("t");
        using var response = await PostAsync($"/api/tasks/t/{verb}", null);
        var problem = await AssertProblemAsync(response, HttpStatusCode.Conflict, "wrong_state");
        Assert.Equal("created", problem.GetProperty("state").GetString());
        Assert.Empty(Host.Engine.Events);
    }

    [Fact]
    public async Task A_failed_task_cannot_be_paused()
    {
        await StartAsync("f");
        await Host.Engine.FailAsync("f");
        using var failed = await PostAsync("/api/tasks/f/pause", null);
        await AssertProblemAsync(failed, HttpStatusCode.Conflict, "wrong_state");
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task A_completed_task_is_410(string verb)
    {
        await StartAsync("c", "exit 0");
        using var completed = await PostAsync($"/api/tasks/c/{verb}", null);
        await AssertProblemAsync(completed, HttpStatusCode.Gone, "task_over");
    }

    [Fact]
    public async Task A_suspended_task_is_told_before_it_is_woken()
    {
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Suspended);
        using var response = await PostAsync("/api/tasks/t/pause", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("pause", Assert.Single(Host.Engine.Events).Name);
        Assert.Contains("resume t", Host.Engine.Calls);
    }

    [Theory]
    [InlineData("pause", "{\"mode\": \"later\"}")]
    [InlineData("pause", "{\"mode\": 1}")]
    [InlineData("pause", "{\"checkpointId\": \"0123456789abcdef\"}")]
    [InlineData("resume", "{\"checkpointId\": \"0123456789abcdef\"}")]
    [InlineData("resume", "{\"mode\": \"stop\"}")]
    [InlineData("resume", "{\"checkpointId\": \"0123456789ABCDEF\"}")]
    [InlineData("cancel", "{\"mode\": \"stop\"}")]
    [InlineData("checkpoints", "{\"mode\": \"stop\"}")]
    [InlineData("extend", null)]
    [InlineData("extend", "{}")]
    [InlineData("extend", "{\"duration\": null}")]
    [InlineData("extend", "{\"duration\": \"1h\"}")]
    [InlineData("extend", "{\"duration\": \"PT0S\"}")]
    [InlineData("extend", "{\"duration\": \"-PT1H\"}")]
    [InlineData("extend", "{\"duration\": \"P9999D\"}")]
    [InlineData("extend", "{\"duration\": \"PT1H\", \"scope\": \"step\"}")]
    [InlineData("approve", "{\"stepId\": \"\"}")]
    [InlineData("approve", "{\"stepId\": \"9.9\"}")]
    public async Task What_does_not_go_with_the_verb_is_400(string verb, string? body)
    {
        await StartAsync("t");
        using var response = await PostAsync($"/api/tasks/t/{verb}", body);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(Host.Engine.Events);
    }
}
