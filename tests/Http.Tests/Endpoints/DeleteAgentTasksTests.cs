using System.Net;
using System.Text.Json;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class DeleteAgentTasksTests : ApiTest
{
    [Fact]
    public async Task All_tasks_of_an_owner_are_stopped_and_deleted_and_no_others()
    {
        for (var i = 0; i < 12; i++) await StartAsync($"a{i:d2}", i % 2 == 0 ? "sleep 600" : "exit 0", "\"agentId\": \"team-a\",");
        await StartAsync("b", extra: "\"agentId\": \"team-b\",");
        await StartAsync("c");
        using var response = await Client.DeleteAsync("/api/agents/team-a/tasks", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"a{i:d2}"), Ids(await ReadAsync(response)));
        Assert.Equal(6, Host.Engine.Calls.Count(call => call.StartsWith("terminate", StringComparison.Ordinal)));
        Assert.Equal(12, Host.Engine.Calls.Count(call => call.StartsWith("clean up", StringComparison.Ordinal)));
        var left = await GetJsonAsync("/api/tasks");
        Assert.Equal(["c", "b"], left.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("%20")]
    [InlineData("a%2fb")]
    [InlineData("%00")]
    public async Task An_owner_without_tasks_has_none_to_delete(string agentId)
    {
        await StartAsync("t");
        using var response = await Client.DeleteAsync($"/api/agents/{agentId}/tasks", Cancellation);

        if (response.StatusCode == HttpStatusCode.OK) Assert.Empty(Ids(await ReadAsync(response)));
        else Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.NotFound });
        Assert.Empty(Host.Engine.Calls);
    }

    [Fact]
    public async Task What_could_not_be_deleted_can_be_asked_for_again()
    {
        await StartAsync("t", extra: "\"agentId\": \"team-a\",");
        Host.Cleanup.Gate = new TaskCompletionSource();
        Host.Cleanup.Gate.SetException(new IOException("busy"));
        using var failed = await Client.DeleteAsync("/api/agents/team-a/tasks", Cancellation);
        await AssertProblemAsync(failed, HttpStatusCode.ServiceUnavailable, "storage_unavailable");

        Host.Cleanup.Gate = null;
        using var again = await Client.DeleteAsync("/api/agents/team-a/tasks", Cancellation);
        Assert.Equal(["t"], Ids(await ReadAsync(again)));
    }

    private static List<string> Ids(JsonElement answer) => [.. answer.GetProperty("deleted").EnumerateArray().Select(id => id.GetString()!)];
}
