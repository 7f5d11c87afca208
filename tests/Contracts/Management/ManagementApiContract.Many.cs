using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace DurableAgentTasks.Contracts.Management;

/// <content>Starting, listing and purging many; what cannot be done; and how the tests speak.</content>
public abstract partial class ManagementApiContract
{
    private const string TokenHeader = "x-ms-continuation-token";

    [Fact(Timeout = 120_000)]
    public async Task Pages_of_a_list_hold_each_instance_once()
    {
        var prefix = NewId()[..25];
        for (var i = 0; i < 3; i++)
        {
            await StartTaskAsync($"{prefix}-{i}", Quick);
            await WhenAsync($"{prefix}-{i}", "Completed");
        }

        var found = new List<string>();
        string? token = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Prefix}/instances?instanceIdPrefix={prefix}&runtimeStatus=running,Completed&top=2&showInput=false");
            if (token is not null) request.Headers.Add(TokenHeader, token);
            using var page = await Client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            token = page.Headers.TryGetValues(TokenHeader, out var next) ? next.Single() : null;
            var items = (await page.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).EnumerateArray().ToList();
            Assert.InRange(items.Count, 0, 2);
            Assert.All(items, item => Assert.Equal(JsonValueKind.Null, item.GetProperty("input").ValueKind));
            found.AddRange(items.Select(item => Text(item, "instanceId")!));
        }
        while (token is not null);

        Assert.Equal([$"{prefix}-0", $"{prefix}-1", $"{prefix}-2"], found.Order());
        foreach (var none in new[] { "Failed", "Canceled", "Suspended,ContinuedAsNew" })
        {
            Assert.Empty((await GetAsync($"instances?instanceIdPrefix={prefix}&runtimeStatus={none}")).EnumerateArray());
        }

        Assert.Empty((await GetAsync($"instances?instanceIdPrefix={prefix}&createdTimeFrom=2999-01-01T00:00:00Z")).EnumerateArray());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_purge_of_many_removes_those_that_have_ended_in_that_time()
    {
        var done = await RunAsync(Quick, "Completed");
        var runs = await RunAsync(Endless, "Running");
        var from = Text(await GetAsync($"instances/{done}"), "createdTime");
        await AssertProblemAsync(await DeleteAsync("instances"), HttpStatusCode.BadRequest, "invalid_parameters");
        await AssertProblemAsync(await DeleteAsync($"instances?createdTimeFrom={from}&runtimeStatus=Running"), HttpStatusCode.NotFound, "no_instance_matches");
        await AssertProblemAsync(await DeleteAsync("instances?createdTimeFrom=2999-01-01T00:00:00Z"), HttpStatusCode.NotFound, "no_instance_matches");
        using var purged = await DeleteAsync($"instances?createdTimeFrom={from}&createdTimeTo=2999-01-01T00:00:00Z&runtimeStatus=Completed,Failed");

        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.True((await ReadAsync(purged)).GetProperty("instancesDeleted").GetInt32() >= 1);
        await AssertProblemAsync(await Client.GetAsync($"{Prefix}/instances/{done}", Cancellation), HttpStatusCode.NotFound, "instance_not_found");
        Assert.Equal("Running", Text(await GetAsync($"instances/{runs}"), "runtimeStatus"));
        (await PostAsync($"instances/{runs}/terminate", null)).Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_orchestration_is_started_by_its_name_with_what_starts_a_task()
    {
        var id = NewId();
        using var started = await PostAsync($"orchestrators/RunTask/{id}", Body(id: null, Endless));
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(10), started.Headers.RetryAfter!.Delta);
        var uris = await started.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(id, Text(uris, "id"));
        Assert.Equal(
            ["id", "purgeHistoryDeleteUri", "restartPostUri", "resumePostUri", "sendEventPostUri", "statusQueryGetUri", "suspendPostUri", "terminatePostUri"],
            uris.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Text(uris, "statusQueryGetUri"), started.Headers.Location!.OriginalString);

        await AssertProblemAsync(await PostAsync($"orchestrators/RunTask/{id}", Body(id: null, Quick)), HttpStatusCode.Conflict, "id_taken");
        await AssertProblemAsync(await PostAsync("orchestrators/RunTask", "{\"agent\":\"shell\"}"), HttpStatusCode.BadRequest, "invalid_request");
        await AssertProblemAsync(await PostAsync("orchestrators/RunTask", "{"), HttpStatusCode.BadRequest, "malformed_json");
        await AssertProblemAsync(await PostAsync("orchestrators/RunTask/No_Id", Body(id: null, Quick)), HttpStatusCode.BadRequest, "invalid_parameters");
        await AssertProblemAsync(await PostAsync("orchestrators/Other", Body(id: null, Quick)), HttpStatusCode.BadRequest, "invalid_parameters");
        (await PostAsync($"instances/{id}/terminate", null)).Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_start_that_waits_is_answered_with_the_output()
    {
        using var done = await PostAsync("orchestrators/runtask?timeout=100&pollingInterval=1", Body(id: null, Quick));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("success", Text(await ReadAsync(done), "outcome"));

        using var late = await PostAsync("orchestrators/RunTask?timeout=1&pollingInterval=1", Body(id: null, Endless), "text/plain");
        Assert.Equal(HttpStatusCode.Accepted, late.StatusCode);
        (await PostAsync($"instances/{Text(await late.Content.ReadFromJsonAsync<JsonElement>(Cancellation), "id")}/terminate", null)).Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_restart_begins_a_new_task_of_the_same_request()
    {
        var id = await RunAsync(Quick, "Completed");
        using var restarted = await PostAsync($"instances/{id}/restart", null);
        Assert.Equal(HttpStatusCode.Accepted, restarted.StatusCode);
        var next = Text(await restarted.Content.ReadFromJsonAsync<JsonElement>(Cancellation), "id")!;
        Assert.NotEqual(id, next);
        await WhenAsync(next, "Completed");
        Assert.Equal("completed", Text(await TaskAsync(next), "state"));

        await AssertProblemAsync(await PostAsync($"instances/{id}/restart?restartWithNewInstanceId=false", null), HttpStatusCode.Conflict, "cannot_begin_again");
        await AssertProblemAsync(await PostAsync("instances/none/restart", null), HttpStatusCode.NotFound, "instance_not_found");
        await AssertProblemAsync(await PostAsync($"instances/{id}/rewind", null), HttpStatusCode.NotImplemented, "rewind_not_offered");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("GET", "instances/none", 404, "instance_not_found")]
    [InlineData("GET", "instances/No_Id%20%C3%A4", 404, "instance_not_found")]
    [InlineData("DELETE", "instances/none", 404, "instance_not_found")]
    [InlineData("POST", "instances/none/terminate", 404, "instance_not_found")]
    [InlineData("POST", "instances/none/suspend", 404, "instance_not_found")]
    [InlineData("POST", "instances/none/resume", 404, "instance_not_found")]
    [InlineData("POST", "instances/none/rewind", 404, "instance_not_found")]
    [InlineData("GET", "instances?top=0&runtimeStatus=Happy&createdTimeFrom=x", 400, "invalid_parameters")]
    [InlineData("GET", "instances/none?showHistory=perhaps", 400, "invalid_parameters")]
    [InlineData("PUT", "instances/none", 404, "route_not_found")]
    [InlineData("GET", "instances/none/terminate", 404, "route_not_found")]
    [InlineData("GET", "orchestrators/RunTask", 404, "route_not_found")]
    [InlineData("GET", "nothing", 404, "route_not_found")]
    public async Task What_cannot_be_done_is_a_problem(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{Prefix}/{path}");
        await AssertProblemAsync(await Client.SendAsync(request, Cancellation), (HttpStatusCode)status, code);
    }

    private static string NewId() => $"contract-{Guid.NewGuid():N}";

    protected static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response) return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}, not {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, Text(await ReadAsync(response), "code"));
    }

    private string Body(string? id, string command)
    {
        var steps = new[] { new { title = "run", kind = "shell", command } };
        return JsonSerializer.Serialize(new { id, agent = "shell", workspace = new { path = Workspace }, plan = new { phases = new[] { new { title = "Work", steps } } } });
    }

    protected async Task<HttpResponseMessage> PostAsync(string path, string? body, string type = "application/json")
    {
        using var content = body is null ? null : new StringContent(body, Encoding.UTF8, type);
        return await Client.PostAsync($"{Prefix}/{path}", content, Cancellation);
    }

    private Task<HttpResponseMessage> DeleteAsync(string path) => Client.DeleteAsync($"{Prefix}/{path}", Cancellation);

    private async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Client.GetAsync($"{Prefix}/{path}", Cancellation));

    private async Task<JsonElement> TaskAsync(string id) => await ReadAsync(await Client.GetAsync($"/api/tasks/{id}", Cancellation));

    private async Task<JsonElement> StartTaskAsync(string id, string command)
    {
        using var content = new StringContent(Body(id, command), Encoding.UTF8, "application/json");
        using var started = await Client.PostAsync("/api/tasks", content, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        return await started.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    /// <summary>Starts a task and waits until its instance has this status.</summary>
    protected async Task<string> RunAsync(string command, string status)
    {
        var id = NewId();
        await StartTaskAsync(id, command);
        await WhenAsync(id, status);
        return id;
    }

    protected Task<JsonElement> WhenAsync(string id, string status) =>
        UntilAsync(() => GetAsync($"instances/{id}"), instance => Text(instance, "runtimeStatus") == status, instance => Text(instance, "runtimeStatus") is "Completed" or "Failed" or "Terminated");

    protected Task<JsonElement> WhenTaskAsync(string id, string state) =>
        UntilAsync(() => TaskAsync(id), task => Text(task, "state") == state, task => Text(task, "state") is "completed" or "failed" or "cancelled");

    /// <summary>The custom status follows the task's record by a moment.</summary>
    private Task<JsonElement> WhenShownAsync(string id, string state) =>
        UntilAsync(() => GetAsync($"instances/{id}"), instance => instance.GetProperty("customStatus") is { ValueKind: JsonValueKind.Object } shown && Text(shown, "state") == state, static _ => false);

    private Task<JsonElement> WhenLastOfTimelineAsync(string id, Func<JsonElement, bool> wanted) =>
        UntilAsync(() => LastOfTimelineAsync(id), wanted, static _ => false);

    private async Task<JsonElement> LastOfTimelineAsync(string id) => (await TimelineAsync(id))[^1];

    protected async Task<JsonElement[]> TimelineAsync(string id) =>
        [.. (await ReadAsync(await Client.GetAsync($"/api/tasks/{id}/timeline?top=1000", Cancellation))).GetProperty("items").EnumerateArray()];

    /// <summary>Looks until it is as wanted; the test's timeout ends it otherwise.</summary>
    private static async Task<JsonElement> UntilAsync(Func<Task<JsonElement>> look, Func<JsonElement, bool> wanted, Func<JsonElement, bool> never)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var seen = await look();
            if (wanted(seen)) return seen;
            Assert.False(never(seen), seen.GetRawText());
            await tick.WaitForNextTickAsync(Cancellation);
        }
    }
}
