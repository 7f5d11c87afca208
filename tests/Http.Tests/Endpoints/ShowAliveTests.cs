using System.Net;
using System.Text.Json;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ShowAliveTests : ApiTest
{
    [Fact]
    public async Task A_step_that_runs_is_alive_and_says_where()
    {
        await StartAsync("t");
        await Host.Store.WriteBeatAsync("t", Beats.At(DateTimeOffset.UtcNow));
        var alive = await GetJsonAsync("/api/tasks/t/alive");
        Assert.True(alive.GetProperty("alive").GetBoolean());
        Assert.Equal(4711, alive.GetProperty("pid").GetInt32());
        Assert.Equal("runner-1", alive.GetProperty("host").GetString());
        Assert.Equal("1.1", alive.GetProperty("stepId").GetString());
        Assert.Equal(2, alive.GetProperty("attempt").GetInt32());
        Assert.Equal("session-1", alive.GetProperty("sessionId").GetString());
        Assert.Equal(
            TimeSpan.FromMinutes(3), alive.GetProperty("at").GetDateTimeOffset() - alive.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(
            TimeSpan.FromSeconds(2), alive.GetProperty("at").GetDateTimeOffset() - alive.GetProperty("lastOutput").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(true, 58, true)]
    [InlineData(true, 62, false)]
    [InlineData(false, 0, false)]
    public async Task A_runner_that_is_silent_for_a_minute_is_taken_for_gone(bool said, int secondsAgo, bool alive)
    {
        await StartAsync("t");
        await Host.Store.WriteBeatAsync("t", Beats.At(DateTimeOffset.UtcNow.AddSeconds(-secondsAgo)) with { Alive = said });
        var answer = await GetJsonAsync("/api/tasks/t/alive");
        Assert.Equal(alive, answer.GetProperty("alive").GetBoolean());
        Assert.Equal(4711, answer.GetProperty("pid").GetInt32());
        var status = await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted);
        Assert.Equal(alive ? JsonValueKind.Object : JsonValueKind.Null, status.GetProperty("resources").ValueKind);
    }

    [Fact]
    public async Task Before_the_first_step_nothing_is_known()
    {
        await StartAsync("t");
        var alive = await GetJsonAsync("/api/tasks/t/alive");
        Assert.False(alive.GetProperty("alive").GetBoolean());
        Assert.All(alive.EnumerateObject().Where(field => field.Name != "alive"), field => Assert.Equal(JsonValueKind.Null, field.Value.ValueKind));
        Assert.Equal(9, alive.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("No_Id")]
    public async Task Of_no_task_nothing_is_told(string id)
    {
        using var response = await Client.GetAsync($"/api/tasks/{id}/alive", Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
    }

    [Fact]
    public async Task The_status_shows_what_the_running_step_uses_and_the_etag_does_not_change_with_it()
    {
        await StartAsync("t");
        using var before = await Client.GetAsync("/api/tasks/t", Cancellation);
        await Host.Store.WriteBeatAsync("t", Beats.At(DateTimeOffset.UtcNow));
        using var after = await Client.GetAsync("/api/tasks/t", Cancellation);
        var resources = (await ReadAsync(after)).GetProperty("resources");
        Assert.Equal(40, resources.GetProperty("cpuPercent").GetDouble());
        Assert.Equal(1_000_000, resources.GetProperty("memoryBytes").GetInt64());
        Assert.Equal(3, resources.GetProperty("processes").GetInt32());
        Assert.Equal(before.Headers.ETag, after.Headers.ETag);
    }
}
