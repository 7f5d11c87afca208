using System.Net;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class StopEverythingTests : ApiTest
{
    private NotedEmergencyStop Stop => Host.Services.GetRequiredService<NotedEmergencyStop>();

    [Fact]
    public async Task What_was_ended_is_answered_and_every_task_that_executes_is_paused()
    {
        await StartAsync("runs");
        await StartAsync("between");
        await StartAsync("done", "exit 0");
        Host.Engine.Runs = false;
        await StartAsync("waits");
        Stop.Running = [new StoppedStep(TaskId.Parse("runs"), "1.1", 2, [4711, 4712], TimeSpan.FromMilliseconds(1_200))];

        using var response = await PostAsync("/api/emergency-stop", """{"reason":"fire"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await ReadAsync(response);
        var stopped = Assert.Single(answer.GetProperty("stopped").EnumerateArray());
        Assert.Equal("runs", stopped.GetProperty("taskId").GetString());
        Assert.Equal([4711, 4712], stopped.GetProperty("pids").EnumerateArray().Select(pid => pid.GetInt32()));
        Assert.Equal("PT1.2S", stopped.GetProperty("took").GetString());
        Assert.Equal("PT1.5S", answer.GetProperty("took").GetString());
        Assert.Equal(["between", "runs"], answer.GetProperty("paused").EnumerateArray().Select(id => id.GetString()!).Order());

        Assert.Equal(["between", "runs"], Host.Engine.Events.Select(told => told.Id).Order());
        Assert.All(Host.Engine.Events, told =>
        {
            Assert.Equal("pause", told.Name);
            var payload = JsonSerializer.Deserialize<JsonElement>(told.Payload!);
            Assert.Equal(
                """{"by":"local","reason":"fire","mode":"stop","emergency":true}""", payload.GetRawText());
        });
        Assert.Contains("stop everything for local: fire; 0 told", Host.Engine.Calls);
    }

    [Fact]
    public async Task Nothing_running_is_no_error_and_no_body_is_needed()
    {
        using var response = await PostAsync("/api/emergency-stop", null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty((await ReadAsync(response)).GetProperty("stopped").EnumerateArray());
    }

    [Fact]
    public async Task A_wrong_body_stops_nothing()
    {
        using var response = await PostAsync("/api/emergency-stop", """{"because":"fire"}""");
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(Host.Engine.Calls);
    }
}
