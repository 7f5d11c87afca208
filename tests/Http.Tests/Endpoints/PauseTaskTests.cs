using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class PauseTaskTests : ApiTest
{
    [Theory]
    [InlineData("pause", "{\"mode\": \"drain\", \"reason\": \"lunch\"}", """{"by":"local","reason":"lunch","mode":"drain"}""")]
    [InlineData("pause", null, """{"by":"local","reason":null}""")]
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

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task A_failed_task_is_409_and_a_completed_one_410(string verb)
    {
        await StartAsync("f");
        await Host.Engine.FailAsync("f");
        using var failed = await PostAsync($"/api/tasks/f/{verb}", null);
        await AssertProblemAsync(failed, HttpStatusCode.Conflict, "wrong_state");

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
    [InlineData("pause", "{\"mode\": \"freeze\"}")]
    [InlineData("pause", "{\"mode\": \"later\"}")]
    [InlineData("pause", "{\"mode\": 1}")]
    [InlineData("pause", "{\"checkpointId\": \"0123456789abcdef\"}")]
    [InlineData("resume", "{\"checkpointId\": \"0123456789abcdef\"}")]
    [InlineData("resume", "{\"mode\": \"stop\"}")]
    [InlineData("cancel", "{\"mode\": \"stop\"}")]
    public async Task What_does_not_go_with_the_verb_or_is_not_carried_out_is_400(string verb, string body)
    {
        await StartAsync("t");
        using var response = await PostAsync($"/api/tasks/t/{verb}", body);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(Host.Engine.Events);
    }
}
