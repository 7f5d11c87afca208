using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class CancelTaskTests : ApiTest
{
    [Fact]
    public async Task A_cancel_tells_the_orchestration_who_and_why()
    {
        await StartAsync("t");
        using var response = await PostAsync("/api/tasks/t/cancel", "{\"reason\": \"wrong branch\"}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/api/tasks/t", response.Headers.Location?.ToString());
        var (_, name, payload) = Assert.Single(Host.Engine.Events);
        Assert.Equal("cancel", name);
        Assert.Equal("""{"by":"local","reason":"wrong branch"}""", payload);
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_cancel_may_be_repeated_until_it_has_happened_and_then_is_410()
    {
        Host.Engine.Runs = false;
        await StartAsync("t");
        for (var i = 0; i < 3; i++)
        {
            using var response = await PostAsync("/api/tasks/t/cancel", null);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Host.Engine.Set("t", RuntimeStatus.Terminated);
        using var over = await PostAsync("/api/tasks/t/cancel", null);
        var problem = await AssertProblemAsync(over, HttpStatusCode.Gone, "task_over");
        Assert.Equal("cancelled", problem.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_completed_task_is_410()
    {
        await StartAsync("t", "exit 0");
        using var response = await PostAsync("/api/tasks/t/cancel", "{}");
        var problem = await AssertProblemAsync(response, HttpStatusCode.Gone, "task_over");
        Assert.Equal("completed", problem.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_failed_task_becomes_cancelled_and_its_timeline_says_by_whom()
    {
        await StartAsync("t");
        await Host.Engine.FailAsync("t");
        using var response = await PostAsync("/api/tasks/t/cancel", "{\"reason\": \"given up\"}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("cancelled", (await ReadAsync(response)).GetProperty("state").GetString());
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
        var last = (await GetJsonAsync("/api/tasks/t/timeline")).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("failed", "cancelled", "local", "given up"), (Text("from"), Text("to"), Text("by"), Text("reason")));
        string? Text(string name) => last.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_failed_task_is_cancelled_once_however_many_ask()
    {
        await StartAsync("t");
        await Host.Engine.FailAsync("t");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync("/api/tasks/t/cancel", null)));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Gone, $"{answer.StatusCode}"));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        var items = (await GetJsonAsync("/api/tasks/t/timeline")).GetProperty("items").EnumerateArray();
        Assert.Single(items, item => item.GetProperty("to").GetString() == "cancelled");
    }

    [Fact]
    public async Task A_task_the_engine_failed_before_it_had_a_record_is_cancelled_too()
    {
        Host.Engine.Runs = false;
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Failed, "workspace.path: is not there.");
        using var response = await PostAsync("/api/tasks/t/cancel", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_suspended_task_is_woken_to_be_cancelled()
    {
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Suspended);
        using var response = await PostAsync("/api/tasks/t/cancel", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains("resume t", Host.Engine.Calls);
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_start_that_a_crash_left_unscheduled_can_be_cancelled()
    {
        Host.Engine.StartFails = new InvalidOperationException();
        (await PostAsync("/api/tasks", Body("t"))).Dispose();
        Host.Engine.StartFails = null;
        Assert.Equal("created", (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("state").GetString());
        using var response = await PostAsync("/api/tasks/t/cancel", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/t")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_unknown_task_is_404()
    {
        using var response = await PostAsync("/api/tasks/nobody/cancel", null);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"stop\"")]
    [InlineData("{\"reason\": 5}")]
    [InlineData("{\"reason\": \"a\", \"reason\": \"b\"}")]
    [InlineData("{\"why\": \"a\"}")]
    [InlineData("{\"reason\": \"\\ud800\"}")]
    public async Task A_bad_body_is_refused_and_cancels_nothing(string body)
    {
        await StartAsync("t");
        using var response = await PostAsync("/api/tasks/t/cancel", body);

        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(Host.Engine.Events);
    }

    [Fact]
    public async Task A_reason_has_at_most_1000_characters()
    {
        await StartAsync("t");
        using var longer = await PostAsync("/api/tasks/t/cancel", $$"""{"reason": "{{new string('r', 1001)}}"}""");
        await AssertProblemAsync(longer, HttpStatusCode.BadRequest, "invalid_request");
        using var huge = await PostAsync("/api/tasks/t/cancel", $$"""{"reason": "{{new string('r', 70_000)}}"}""");
        await AssertProblemAsync(huge, HttpStatusCode.RequestEntityTooLarge, "body_too_large");
    }
}
