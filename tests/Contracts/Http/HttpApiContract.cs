using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DurableAgentTasks.Contracts.Http;

/// <summary>
/// What any host of the API promises, seen from outside: nothing but a client with a base address. The host has the agent
/// <c>shell</c>, and its client may do everything.
/// </summary>
public abstract class HttpApiContract
{
    /// <summary>A command that ends at once, and one that does not end before it is stopped.</summary>
    private const string Quick = "exit 0";
    private const string Endless = "sleep 600";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>With base address and, if the host wants one, an admin's key.</summary>
    protected abstract HttpClient Client { get; }

    /// <summary>A folder on the host that tasks may work in.</summary>
    protected abstract string Workspace { get; }

    [Fact(Timeout = 60_000)]
    public async Task A_task_is_accepted_runs_and_completes()
    {
        var id = NewId();
        using var started = await StartAsync(id, Quick);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.EndsWith($"/api/tasks/{id}", started.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(started.Headers.RetryAfter);
        var accepted = await ReadAsync(started);
        Assert.Equal(id, Text(accepted, "id"));
        Assert.Equal("created", Text(accepted, "state"));

        var task = await WhenAsync(id, "completed");
        Assert.Equal("success", Text(task.GetProperty("result"), "outcome"));
        Assert.NotEqual(JsonValueKind.Null, task.GetProperty("completedAt").ValueKind);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"/api/tasks/{id}")).StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_timeline_tells_its_life_in_order()
    {
        var id = await RunAsync(Quick, "completed");

        var items = (await ReadAsync(await GetAsync($"/api/tasks/{id}/timeline?top=1000"))).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            ["planning", "executing", "completing", "completed"],
            items.Where(item => Text(item, "type") == "transition" && !IsOfCheckpoint(item)).Select(item => Text(item, "to")));
        Assert.Equal(items.OrderBy(item => item.GetProperty("time").GetDateTimeOffset()).Select(item => item.GetRawText()), items.Select(item => item.GetRawText()));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_ends_it_and_then_there_is_nothing_more_to_cancel()
    {
        var id = await RunAsync(Endless, "executing");
        using var cancel = await CancelAsync(id, "no longer needed");
        Assert.Equal(HttpStatusCode.Accepted, cancel.StatusCode);

        await WhenAsync(id, "cancelled");
        await AssertProblemAsync(await CancelAsync(id, "again"), HttpStatusCode.Gone, "task_over");
        var end = (await ReadAsync(await GetAsync($"/api/tasks/{id}/timeline?top=1000"))).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("cancelled", "no longer needed"), (Text(end, "to"), Text(end, "reason")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_can_be_paused_and_resumed_and_asking_again_is_accepted()
    {
        var id = await RunAsync(Endless, "executing");
        await AssertAcceptedAsync(id, "pause", "executing", "paused");
        await AssertProblemAsync(await PostAsync(id, "pause", new { mode = "later" }), HttpStatusCode.BadRequest, "invalid_request");
        await WhenAsync(id, "paused");
        Assert.Equal("operator", Text(await ReadAsync(await GetAsync($"/api/tasks/{id}")), "detail"));
        await AssertAcceptedAsync(id, "pause", "paused");
        await AssertProblemAsync(await PostAsync(id, "resume", new { checkpointId = "0123456789abcdef" }), HttpStatusCode.BadRequest, "invalid_request");
        await AssertAcceptedAsync(id, "resume", "paused", "resuming", "executing");

        using var cancel = await CancelAsync(id, "seen enough");
        await WhenAsync(id, "cancelled");
        await AssertProblemAsync(await PostAsync(id, "pause", new { reason = "late" }), HttpStatusCode.Gone, "task_over");
        await AssertProblemAsync(await PostAsync(id, "resume", new { reason = "late" }), HttpStatusCode.Gone, "task_over");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_task_is_given_more_time_and_one_that_is_over_is_not()
    {
        var id = await RunAsync(Endless, "executing");
        await AssertAcceptedAsync(id, "extend", new { duration = "PT30M", reason = "slow" }, "executing");
        await AssertProblemAsync(await PostAsync(id, "extend", new { duration = "soon" }), HttpStatusCode.BadRequest, "invalid_request");
        await AssertProblemAsync(await PostAsync(id, "extend", new { duration = "PT1M", scope = "phase" }), HttpStatusCode.BadRequest, "invalid_request");
        await AssertProblemAsync(await PostAsync(id, "approve", new { reason = "fine" }), HttpStatusCode.Conflict, "wrong_state");
        await AssertProblemAsync(await PostAsync(id, "reject", new { stepId = "9.9" }), HttpStatusCode.BadRequest, "invalid_request");
        using var cancel = await CancelAsync(id, "seen enough");
        await WhenAsync(id, "cancelled");
        await AssertProblemAsync(await PostAsync(id, "extend", new { duration = "PT30M" }), HttpStatusCode.Gone, "task_over");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_checkpoint_that_is_asked_for_is_told_of_listed_and_shown_with_its_files()
    {
        var id = await RunAsync(Endless, "executing");
        using var events = await EventReader.OpenAsync(Client, $"/api/tasks/{id}/events", lastEventId: null, Cancellation);
        await events.ReadAsync("progress", Cancellation);
        await AssertAcceptedAsync(id, "checkpoints", new { reason = "before lunch" }, "executing", "checkpointing");

        ServerSentEvent told;
        do told = await events.ReadAsync("checkpoint", Cancellation);
        while (Text(told.Json.GetProperty("checkpoint"), "type") != "manual");
        var checkpoint = Text(told.Json.GetProperty("checkpoint"), "id")!;
        var listed = (await ReadAsync(await GetAsync($"/api/tasks/{id}/checkpoints"))).GetProperty("checkpoints").EnumerateArray();
        Assert.Contains(listed, one => Text(one, "id") == checkpoint && Text(one, "type") == "manual" && Text(one, "reason") == "before lunch");
        var shown = await ReadAsync(await GetAsync($"/api/tasks/{id}/checkpoints/{checkpoint}"));
        Assert.Equal(JsonValueKind.Array, shown.GetProperty("files").ValueKind);
        Assert.Equal("text/x-diff", (await GetAsync($"/api/tasks/{id}/checkpoints/{checkpoint}/diff")).Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await Client.GetByteArrayAsync($"/api/tasks/{id}/checkpoints/{checkpoint}/bundle", Cancellation));
        await AssertProblemAsync(await GetAsync($"/api/tasks/{id}/checkpoints/ffffffffffffffff"), HttpStatusCode.NotFound, "checkpoint_not_found");
        await AssertProblemAsync(await PostAsync(id, "resume", new { checkpointId = checkpoint }), HttpStatusCode.Conflict, "wrong_state");
        (await CancelAsync(id, "seen enough")).Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_runs_is_listed_as_running_until_it_is_deleted()
    {
        var id = await RunAsync(Endless, "executing");
        Assert.Contains(id, await ListAsync("/api/tasks/running"));
        Assert.Contains(id, await ListAsync("/api/tasks?state=executing&agent=shell"));
        Assert.DoesNotContain(id, await ListAsync("/api/tasks?state=completed"));

        using var deleted = await Client.DeleteAsync($"/api/tasks/{id}", Cancellation);
        Assert.Contains(deleted.StatusCode, new[] { HttpStatusCode.Accepted, HttpStatusCode.OK });
        await AssertProblemAsync(await GetAsync($"/api/tasks/{id}"), HttpStatusCode.NotFound, "task_not_found");
        Assert.DoesNotContain(id, await ListAsync("/api/tasks"));
        using var again = await StartAsync(id, Quick);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_id_is_taken_once()
    {
        var id = NewId();
        using var first = await StartAsync(id, Quick);
        await AssertProblemAsync(await StartAsync(id, Quick), HttpStatusCode.Conflict, "id_taken");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_starts_one_task_however_often_it_is_sent()
    {
        var key = Guid.NewGuid().ToString();
        using var first = await StartAsync(id: null, Quick, key);
        using var again = await StartAsync(id: null, Quick, $"\"{key}\"");

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        await AssertProblemAsync(await StartAsync(id: null, Endless, key), HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        var id = await RunAsync(Quick, "completed");
        using var first = await GetAsync($"/api/tasks/{id}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/tasks/{id}");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Pages_of_a_list_hold_each_task_once()
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < 5; i++) ids.Add(await RunAsync(Quick, "completed"));

        var found = new List<string>();
        string? token = null;
        do
        {
            var page = await ReadAsync(await GetAsync($"/api/tasks?top=2{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}"));
            found.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => Text(task, "id")!).Where(ids.Contains));
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);

        Assert.Equal(ids.Order(), found.Order());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_is_a_page_of_lines()
    {
        var id = await RunAsync(Quick, "completed");

        var page = await ReadAsync(await GetAsync($"/api/tasks/{id}/logs"));
        Assert.Equal(JsonValueKind.Array, page.GetProperty("lines").ValueKind);
        Assert.Equal(page.GetProperty("lines").GetArrayLength(), page.GetProperty("next").GetInt64());
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_events_tell_where_it_stands_and_its_end_and_then_there_is_no_content()
    {
        var id = await RunAsync(Endless, "executing");
        using var events = await EventReader.OpenAsync(Client, $"/api/tasks/{id}/events", lastEventId: null, Cancellation);
        using var ofAll = await EventReader.OpenAsync(Client, "/api/events", lastEventId: null, Cancellation);
        Assert.Equal("3000", (await events.ReadAsync(Cancellation))!.Data);
        Assert.Equal("executing", (await events.ReadAsync(Cancellation))!.Text("state"));
        Assert.Equal("progress", (await events.ReadAsync(Cancellation))!.Type);

        using var cancel = await CancelAsync(id, "seen enough");
        Assert.Equal("cancelled", (await events.ReadAsync("end", Cancellation)).Text("state"));
        Assert.Null(await events.ReadAsync(Cancellation));
        while (await ofAll.ReadAsync("state", Cancellation) is var state && (state.Text("id"), state.Text("state")) != (id, "cancelled")) Assert.Null(state.Id);
        var last = (await ReadAsync(await GetAsync($"/api/tasks/{id}/logs"))).GetProperty("next").GetInt64();
        using var nothing = await EventReader.OpenAsync(Client, $"/api/tasks/{id}/events", last, Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, nothing.Response.StatusCode);
        Assert.Equal("text/plain", (await GetAsync($"/api/tasks/{id}/logs/raw")).Content.Headers.ContentType?.MediaType);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{", 400, "malformed_json")]
    [InlineData("{}", 400, "invalid_request")]
    [InlineData("{\"agent\":\"shell\",\"id\":\"../x\"}", 400, "invalid_request")]
    public async Task A_bad_start_is_refused(string body, int status, string code)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await AssertProblemAsync(await Client.PostAsync("/api/tasks", content, Cancellation), (HttpStatusCode)status, code);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("GET", "/api/tasks/none", 404, "task_not_found")]
    [InlineData("GET", "/api/tasks/No_Id", 404, "task_not_found")]
    [InlineData("POST", "/api/tasks/none/cancel", 404, "task_not_found")]
    [InlineData("DELETE", "/api/tasks/none", 404, "task_not_found")]
    [InlineData("GET", "/api/tasks?top=0&state=happy", 400, "invalid_parameters")]
    [InlineData("GET", "/api/nothing", 404, "route_not_found")]
    [InlineData("PUT", "/api/tasks", 405, "method_not_allowed")]
    [InlineData("POST", "/api/tasks", 415, "unsupported_media_type")]
    public async Task What_cannot_be_done_is_a_problem(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await AssertProblemAsync(await Client.SendAsync(request, Cancellation), (HttpStatusCode)status, code);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_says_how_it_is_and_what_it_can()
    {
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).StatusCode);
        var document = await ReadAsync(await GetAsync("/openapi.json"));
        Assert.True(document.GetProperty("paths").TryGetProperty("/api/tasks/{id}/cancel", out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_first_page_is_the_dashboard_whose_files_are_at_hand()
    {
        using var page = await GetAsync("/");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("dashboard/app.js", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var script = await GetAsync("/dashboard/app.js");
        Assert.Equal((HttpStatusCode.OK, "text/javascript"), (script.StatusCode, script.Content.Headers.ContentType?.MediaType));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using var again = await Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    private static string NewId() => $"contract-{Guid.NewGuid():N}";

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>To a checkpoint, or back to what was done before.</summary>
    private static bool IsOfCheckpoint(JsonElement transition) =>
        Text(transition, "to") == "checkpointing" || (Text(transition, "from"), Text(transition, "to")) == ("checkpointing", "executing");

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response) return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, Text(await ReadAsync(response), "code"));
    }

    private Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(path, Cancellation);

    private Task AssertAcceptedAsync(string id, string verb, params string[] states) => AssertAcceptedAsync(id, verb, new { reason = "to see" }, states);

    private async Task AssertAcceptedAsync(string id, string verb, object body, params string[] states)
    {
        using var response = await PostAsync(id, verb, body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains(Text(await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation), "state"), states);
    }

    private Task<HttpResponseMessage> PostAsync(string id, string verb, object body) =>
        Client.PostAsJsonAsync($"/api/tasks/{id}/{verb}", body, Cancellation);

    private Task<HttpResponseMessage> CancelAsync(string id, string reason) =>
        Client.PostAsJsonAsync($"/api/tasks/{id}/cancel", new { reason }, Cancellation);

    private async Task<HttpResponseMessage> StartAsync(string? id, string command, string? key = null)
    {
        var steps = new[] { new { title = "run", kind = "shell", command } };
        var plan = new { phases = new[] { new { title = "Work", steps } } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(new { id, agent = "shell", workspace = new { path = Workspace }, plan }),
        };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await Client.SendAsync(request, Cancellation);
    }

    /// <summary>Starts a task and waits until it is in this state.</summary>
    private async Task<string> RunAsync(string command, string state)
    {
        var id = NewId();
        (await StartAsync(id, command)).Dispose();
        await WhenAsync(id, state);
        return id;
    }

    /// <summary>Looks until the task is in this state; the test's timeout ends it otherwise.</summary>
    private async Task<JsonElement> WhenAsync(string id, string state)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var task = await ReadAsync(await GetAsync($"/api/tasks/{id}"));
            var now = Text(task, "state");
            if (now == state) return task;
            Assert.False(now is "completed" or "failed" or "cancelled", $"The task is {now}: {task}");
            await tick.WaitForNextTickAsync(Cancellation);
        }
    }

    private async Task<List<string>> ListAsync(string path) =>
        [.. (await ReadAsync(await GetAsync(path))).GetProperty("tasks").EnumerateArray().Select(task => Text(task, "id")!)];
}
