using System.Net;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ListTasksTests : ApiTest
{
    [Fact]
    public async Task Tasks_are_listed_newest_first_without_plans()
    {
        foreach (var id in new[] { "a", "b", "c" }) await StartAsync(id);

        var list = await GetJsonAsync("/api/tasks");
        Assert.Equal(["c", "b", "a"], Ids(list));
        Assert.False(list.TryGetProperty("continuationToken", out _));
        Assert.All(list.GetProperty("tasks").EnumerateArray(), task => Assert.Equal(JsonValueKind.Null, task.GetProperty("plan").ValueKind));
    }

    [Fact]
    public async Task Suspended_tasks_are_listed_without_a_look_at_their_histories()
    {
        foreach (var id in new[] { "a", "b" }) await StartAsync(id);
        foreach (var id in new[] { "a", "b" }) Host.Engine.Set(id, RuntimeStatus.Suspended);
        Host.Engine.UnreadableHistories.Add("a");
        var list = await GetJsonAsync("/api/tasks?state=paused");
        Assert.Equal(["b", "a"], Ids(list));
        Assert.All(list.GetProperty("tasks").EnumerateArray(), task => Assert.Equal("suspended", task.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_damaged_record_is_told_anew_and_a_damaged_start_keeps_no_other_task_from_the_list()
    {
        foreach (var id in new[] { "a", "b", "c" }) await StartAsync(id);
        await WriteAsync("tasks/a/record.json", "{ no json");
        foreach (var name in new[] { "start", "record" }) await WriteAsync($"tasks/b/{name}.json", "");
        Assert.Equal(["c", "a"], Ids(await GetJsonAsync("/api/tasks")));
        Assert.Equal("executing", (await GetJsonAsync("/api/tasks/a", HttpStatusCode.Accepted)).GetProperty("state").GetString());
        using var lost = await Client.GetAsync("/api/tasks/b", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        Assert.Equal(2, (await GetJsonAsync("/api/stats")).GetProperty("tasks").GetProperty("total").GetInt32());

        Task WriteAsync(string name, string text) => Host.Blobs.TryWriteAsync(name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), BlobCondition.None, Cancellation);
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        for (var i = 0; i < 7; i++) await StartAsync($"t{i}");

        var ids = new List<string>();
        string? token = null;
        do
        {
            var page = await GetJsonAsync(token is null ? "/api/tasks?top=3" : $"/api/tasks?top=3&continuationToken={Uri.EscapeDataString(token)}");
            Assert.InRange(Ids(page).Count, 1, 3);
            ids.AddRange(Ids(page));
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        Assert.Equal(["t6", "t5", "t4", "t3", "t2", "t1", "t0"], ids);
    }

    [Fact]
    public async Task A_page_is_filled_with_what_matches_however_far_apart_it_is()
    {
        for (var i = 0; i < 30; i++) await StartAsync($"t{i}", extra: $"\"agentId\": \"team-{(i % 10 == 0 ? "rare" : "other")}\",");

        Assert.Equal(["t20", "t10"], Ids(await GetJsonAsync("/api/tasks?agentId=team-rare&top=2")));
        Assert.Equal(["t20", "t10", "t0"], Ids(await GetJsonAsync("/api/tasks?agentId=team-rare")));
    }

    [Fact]
    public async Task Lists_are_filtered_by_state_agent_and_time()
    {
        await StartAsync("done", "exit 0");
        await StartAsync("runs");
        await StartAsync("stopped");
        await StartAsync("broke");
        Host.Engine.Set("stopped", RuntimeStatus.Terminated);
        await Host.Engine.FailAsync("broke");

        Assert.Equal(["runs"], Ids(await GetJsonAsync("/api/tasks?state=executing")));
        Assert.Equal(["done"], Ids(await GetJsonAsync("/api/tasks?state=completed")));
        Assert.Equal(["stopped"], Ids(await GetJsonAsync("/api/tasks?state=cancelled")));
        Assert.Equal(["broke"], Ids(await GetJsonAsync("/api/tasks?state=failed")));
        Assert.Equal(["broke", "done"], Ids(await GetJsonAsync("/api/tasks?state=completed,failed")));
        Assert.Empty(Ids(await GetJsonAsync("/api/tasks?agent=claude")));
        Assert.Equal(4, Ids(await GetJsonAsync("/api/tasks?agent=shell&from=2000-01-01&to=2999-12-31T23:59:59Z")).Count);
        Assert.Empty(Ids(await GetJsonAsync("/api/tasks?from=2999-01-01T00:00:00+02:00")));
        Assert.Equal(["runs"], Ids(await GetJsonAsync("/api/tasks/running")));
    }

    [Fact]
    public async Task A_failed_task_that_was_cancelled_is_listed_as_cancelled()
    {
        await StartAsync("broke");
        await Host.Engine.FailAsync("broke");
        (await PostAsync("/api/tasks/broke/cancel", null)).Dispose();

        Assert.Equal(["broke"], Ids(await GetJsonAsync("/api/tasks?state=cancelled")));
    }

    [Fact]
    public async Task All_bad_parameters_are_named_at_once()
    {
        using var response = await Client.GetAsync("/api/tasks?state=happy&top=0&from=yesterday&to=2030-13-01&agent=a&agent=b", Cancellation);

        var problem = await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters");
        Assert.Equal(
            ["agent", "from", "state", "to", "top"],
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()!).Order());
    }

    [Theory]
    [InlineData("/api/tasks?limit=abc", "limit", "only \"state\" and \"agent\" and")]
    [InlineData("/api/tasks/t/events?after=zz", "after", "only \"lastEventId\" can be given")]
    [InlineData("/api/tasks/t/logs?Tail=1&bogus=1", "bogus", "only \"after\" and")]
    [InlineData("/api/tasks?%00=1", "$", "only \"state\" and")]
    public async Task An_unknown_parameter_is_refused_with_those_there_are(string path, string name, string known)
    {
        await StartAsync("t");
        using var response = await Client.GetAsync(path, Cancellation);
        var error = (await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters")).GetProperty("errors").EnumerateArray().Single();
        Assert.Equal(name, error.GetProperty("path").GetString());
        Assert.Contains(known, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("top=1001")]
    [InlineData("top=-1")]
    [InlineData("top=99999999999999999999999")]
    [InlineData("top=1&top=2")]
    [InlineData("top=%2B1")]
    [InlineData("top=")]
    [InlineData("state=")]
    [InlineData("state=5")]
    [InlineData("state=Executing")]
    [InlineData("state=executing,,")]
    [InlineData("continuationToken=nonsense")]
    [InlineData("continuationToken=%00")]
    [InlineData("from=2030-01-02&to=2030-01-01")]
    [InlineData("from=0")]
    public async Task A_bad_parameter_is_refused(string query)
    {
        using var response = await Client.GetAsync($"/api/tasks?{query}", Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_parameters");
    }

    private static List<string> Ids(JsonElement list) =>
        [.. list.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!)];
}
