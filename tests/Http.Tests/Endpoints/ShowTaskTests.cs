using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Http.Tests.Streaming;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ShowTaskTests : ApiTest
{
    [Fact]
    public async Task A_task_that_runs_is_202_and_one_that_has_ended_200()
    {
        var running = await StartAsync("runs");
        var ended = await StartAsync("ended", "exit 0");
        using var first = await Client.GetAsync($"/api/tasks/{running}", Cancellation);
        using var second = await Client.GetAsync($"/api/tasks/{ended}", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), first.Headers.RetryAfter?.Delta);
        Assert.Equal("executing", (await ReadAsync(first)).GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Null(second.Headers.RetryAfter);
        var task = await ReadAsync(second);
        Assert.Equal("completed", task.GetProperty("state").GetString());
        Assert.Equal("success", task.GetProperty("result").GetProperty("outcome").GetString());
        Assert.False(task.GetProperty("links").TryGetProperty("cancel", out _));
    }

    [Fact]
    public async Task A_task_that_was_not_begun_is_created()
    {
        Host.Engine.Runs = false;
        var id = await StartAsync("waiting");

        var task = await GetJsonAsync($"/api/tasks/{id}", HttpStatusCode.Accepted);
        Assert.Equal("created", task.GetProperty("state").GetString());
        Assert.Equal("run", task.GetProperty("plan").GetProperty("phases")[0].GetProperty("steps")[0].GetProperty("title").GetString());
    }

    [Fact]
    public async Task What_the_engine_knows_better_is_shown()
    {
        foreach (var id in new[] { "failed", "terminated", "suspended" }) await StartAsync(id);
        Host.Engine.Set("failed", RuntimeStatus.Failed, "It is broken.\n   at Some.Method()");
        Host.Engine.Set("terminated", RuntimeStatus.Terminated);
        Host.Engine.Set("suspended", RuntimeStatus.Suspended);

        var failed = await GetJsonAsync("/api/tasks/failed");
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.Equal("It is broken.", failed.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("cancelled", (await GetJsonAsync("/api/tasks/terminated")).GetProperty("state").GetString());
        var suspended = await GetJsonAsync("/api/tasks/suspended", HttpStatusCode.Accepted);
        Assert.Equal("paused", suspended.GetProperty("state").GetString());
        Assert.Equal("suspended", suspended.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task The_clock_of_a_suspended_task_stands_still_since_its_history_says()
    {
        await StartAsync("t");
        var since = DateTimeOffset.UtcNow.AddMinutes(-5);
        await RecordAsync("t", timeline =>
        {
            timeline.OperatorAction("extend", "local", null, since);
            timeline.DeadlinesChanged(new TaskDeadlines(since.AddSeconds(10), Phase: null, Idle: null));
        });
        Host.Engine.Set("t", RuntimeStatus.Suspended);
        Host.Engine.Histories["t"] =
        [
            new(since.AddMinutes(-2), "ExecutionSuspended", null, null, null), new(since.AddMinutes(-1), "ExecutionResumed", null, null, null),
            new(since, "ExecutionSuspended", null, null, null), new(since.AddMinutes(1), "TaskCompleted", null, 1, "1"),
        ];
        Assert.Equal("PT10S", (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("deadlines").GetProperty("taskLeft").GetString());
    }

    [Fact]
    public async Task An_ended_task_stays_as_its_record_says_whatever_the_engine_says()
    {
        await StartAsync("ended", "exit 0");
        Host.Engine.Set("ended", RuntimeStatus.Failed, "late");

        Assert.Equal("completed", (await GetJsonAsync("/api/tasks/ended")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_etag_changes_with_the_task_and_not_with_the_time()
    {
        await StartAsync("tagged");
        var first = await TagAsync();
        Assert.Equal(first, await TagAsync());

        using (var known = await GetIfNoneMatchAsync(first)) Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using (var known = await GetIfNoneMatchAsync($"\"x\", {first}")) Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using (var known = await GetIfNoneMatchAsync("*")) Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using (var other = await GetIfNoneMatchAsync("\"x\"")) Assert.Equal(HttpStatusCode.Accepted, other.StatusCode);
        using (var nonsense = await GetIfNoneMatchAsync("nonsense;;,\"")) Assert.Equal(HttpStatusCode.Accepted, nonsense.StatusCode);

        Host.Engine.Set("tagged", RuntimeStatus.Suspended);
        Assert.NotEqual(first, await TagAsync());
    }

    [Fact]
    public async Task An_unknown_task_is_404()
    {
        using var response = await Client.GetAsync("/api/tasks/nobody", Cancellation);

        var problem = await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
        Assert.Equal("nobody", problem.GetProperty("taskId").GetString());
    }

    [Fact]
    public async Task A_record_without_engine_is_still_readable()
    {
        await StartAsync("kept", "exit 0");
        await Host.Engine.PurgeAsync("kept", Cancellation);

        Assert.Equal("completed", (await GetJsonAsync("/api/tasks/kept")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Its_deadlines_are_those_of_the_record_and_that_of_the_next_sign_of_life()
    {
        await StartAsync("t", extra: "\"timeouts\": { \"idle\": \"PT20M\" },");
        var now = DateTimeOffset.UtcNow;
        var due = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await RecordAsync("t", timeline =>
        {
            timeline.OperatorAction("extend", "local", null, now);
            timeline.DeadlinesChanged(new TaskDeadlines(due, due.AddHours(-1), Idle: null));
        });
        var silent = (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("deadlines");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, silent.GetProperty("idle").ValueKind);

        await Host.Store.WriteBeatAsync("t", Beats.At(now));
        var deadlines = (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("deadlines");
        Assert.Equal(
            (due, due.AddHours(-1), now.AddMinutes(20)),
            (deadlines.GetProperty("task").GetDateTimeOffset(), deadlines.GetProperty("phase").GetDateTimeOffset(), deadlines.GetProperty("idle").GetDateTimeOffset()));
        await RecordAsync("t", timeline => timeline.Transition(TaskState.Paused, "pause", now, "operator"));
        var paused = (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("deadlines");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, paused.GetProperty("idle").ValueKind);
    }

    [Fact]
    public async Task Its_log_is_counted_as_it_grows_and_anew_for_another_task_of_the_id()
    {
        await StartAsync("t");
        Assert.Equal((0, 0, 0), await CountsAsync());
        await using (var log = await LiveLog.OpenAsync(Host, "t"))
        {
            await log.AppendAsync("one\ntwo\n");
            Assert.Equal((2, 8, 0), await CountsAsync());
            await log.AppendAsync("three\n");
            Assert.Equal((3, 14, 0), await CountsAsync());
        }

        using (var deleted = await Client.DeleteAsync("/api/tasks/t", Cancellation)) Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await StartAsync("t");
        Assert.Equal((0, 0, 0), await CountsAsync());
    }

    private async Task<(long Messages, long Bytes, long Errors)> CountsAsync()
    {
        var counts = (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("counts");
        return (counts.GetProperty("messages").GetInt64(), counts.GetProperty("bytes").GetInt64(), counts.GetProperty("errors").GetInt64());
    }

    private async Task<string> TagAsync()
    {
        using var response = await Client.GetAsync("/api/tasks/tagged", Cancellation);
        return response.Headers.ETag!.ToString();
    }

    private async Task<HttpResponseMessage> GetIfNoneMatchAsync(string tags)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks/tagged");
        request.Headers.TryAddWithoutValidation("If-None-Match", tags);
        return await Client.SendAsync(request, Cancellation);
    }
}
