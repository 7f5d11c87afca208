using System.Net;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class StartTaskTests : ApiTest
{
    [Fact]
    public async Task A_start_answers_with_the_task_and_where_it_is()
    {
        using var response = await PostAsync("/api/tasks", Body("fix-login"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/api/tasks/fix-login", response.Headers.Location?.ToString());
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter?.Delta);
        var task = await ReadAsync(response);
        Assert.Equal("created", task.GetProperty("state").GetString());
        Assert.Equal("/api/tasks/fix-login", task.GetProperty("links").GetProperty("self").GetString());
        foreach (var link in task.GetProperty("links").EnumerateObject().Where(link => link.Name is not ("cancel" or "pause" or "events")))
        {
            using var followed = await Client.GetAsync(link.Value.GetString(), Cancellation);
            Assert.True(followed.IsSuccessStatusCode, link.Name);
        }
    }

    [Fact]
    public async Task The_engine_gets_the_body_as_it_came()
    {
        var body = Body("as-it-came", extra: "\"environment\": { \"Ä\": \"+<é>\" },");
        (await PostAsync("/api/tasks", body)).Dispose();

        var instance = await Host.Engine.GetAsync("as-it-came", payloads: true, Cancellation);
        Assert.Equal(TaskOrchestration.Name, instance!.Name);
        Assert.Equal(body.Trim(), instance.Input);
        var start = await Host.Store.ReadStartAsync(TaskId.Parse("as-it-came"), Cancellation);
        Assert.Equal(CanonicalJson.Hash(JsonSerializer.Deserialize<JsonElement>(body)), start!.RequestHash);
        Assert.Empty(await UnscheduledAsync());
    }

    [Fact]
    public async Task A_task_without_id_gets_one_of_its_own()
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < 20; i++) ids.Add(await StartAsync());

        Assert.Equal(20, ids.Count);
        Assert.All(ids, id => Assert.Matches("^task-[0-9a-z]{10}$", id));
    }

    [Fact]
    public async Task Of_many_starts_with_one_id_one_wins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("/api/tasks", Body("wanted"))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Accepted);
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted))
        {
            var problem = await AssertProblemAsync(refused, HttpStatusCode.Conflict, "id_taken");
            Assert.Equal("wanted", problem.GetProperty("taskId").GetString());
        }

        Assert.Equal(1, Host.Engine.Starts);
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_first_answer_again()
    {
        using var first = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", "8e03978e"));
        using var again = await PostAsync("/api/tasks", Body().Replace("  ", " ", StringComparison.Ordinal), ("Idempotency-Key", "\"8e03978e\""));

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal(1, Host.Engine.Starts);
    }

    [Fact]
    public async Task Of_many_starts_with_one_key_all_get_the_same_task()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("/api/tasks", Body(), ("Idempotency-Key", "k"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Single(answers.Select(answer => answer.Headers.Location).Distinct());
        Assert.Equal(1, Host.Engine.Starts);
    }

    [Fact]
    public async Task A_key_gives_the_same_id_on_every_machine()
    {
        using var here = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", "same"));
        await using var elsewhere = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/tasks") { Content = Json(Body()) };
        request.Headers.Add("Idempotency-Key", "same");
        using var there = await elsewhere.Client.SendAsync(request, Cancellation);

        Assert.Equal(here.Headers.Location, there.Headers.Location);
    }

    [Fact]
    public async Task A_key_used_for_another_body_is_refused()
    {
        (await PostAsync("/api/tasks", Body(), ("Idempotency-Key", "k"))).Dispose();
        using var other = await PostAsync("/api/tasks", Body(command: "exit 0"), ("Idempotency-Key", "k"));

        await AssertProblemAsync(other, HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
    }

    [Fact]
    public async Task An_explicit_id_wins_over_that_of_the_key()
    {
        using var first = await PostAsync("/api/tasks", Body("mine"), ("Idempotency-Key", "k"));
        using var again = await PostAsync("/api/tasks", Body("mine"), ("Idempotency-Key", "k"));
        using var otherKey = await PostAsync("/api/tasks", Body("mine"), ("Idempotency-Key", "other"));
        using var noKey = await PostAsync("/api/tasks", Body("mine"));

        Assert.Equal("/api/tasks/mine", first.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await AssertProblemAsync(otherKey, HttpStatusCode.Conflict, "id_taken");
        await AssertProblemAsync(noKey, HttpStatusCode.Conflict, "id_taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    public async Task A_bad_key_is_refused_with_everything_else_that_is_wrong(string key)
    {
        using var response = await PostAsync("/api/tasks", "{\"agent\": \"nobody\"}", ("Idempotency-Key", key));

        var problem = await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        var paths = problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).ToList();
        Assert.Contains("Idempotency-Key", paths);
        Assert.Contains("agent", paths);
        Assert.Contains("workspace", paths);
    }

    [Fact]
    public async Task A_key_of_other_characters_than_ascii_is_refused()
    {
        var (status, text) = await RawHttp.SendAsync(
            Host.Address,
            "POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nIdempotency-Key: \u00c3\u00a4\r\nContent-Length: 2\r\n\r\n{}",
            hangUp: false,
            Cancellation);
        Assert.Equal(400, status);
        Assert.Contains("Idempotency-Key", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_task_can_be_called_as_a_list_is()
    {
        using var response = await PostAsync("/api/tasks", Body("running"));
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_key_has_at_most_255_characters()
    {
        using var longest = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", new string('k', 255)));
        using var longer = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", new string('k', 256)));

        Assert.Equal(HttpStatusCode.Accepted, longest.StatusCode);
        await AssertProblemAsync(longer, HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task An_engine_without_room_refuses_and_keeps_nothing()
    {
        Host.Engine.StartFails = new EngineUnavailableException("The disk of /secret/path is full.");
        using var refused = await PostAsync("/api/tasks", Body("later"));

        await AssertProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "engine_unavailable");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.DoesNotContain("secret", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await UnscheduledAsync());

        Host.Engine.StartFails = null;
        Assert.Equal("later", await StartAsync("later"));
    }

    [Fact]
    public async Task What_is_taken_back_needs_no_room_on_the_disk()
    {
        Host.Engine.Starting = () => Host.Blobs.IsFull = true;
        Host.Engine.StartFails = new EngineUnavailableException("The disk is full.");
        using var refused = await PostAsync("/api/tasks", Body("later"));
        await AssertProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "engine_unavailable");

        Host.Engine.Starting = null;
        Host.Engine.StartFails = null;
        Host.Blobs.IsFull = false;
        Assert.Equal("later", await StartAsync("later"));
    }

    [Fact]
    public async Task A_task_the_engine_no_longer_has_is_not_run_again_by_the_same_key()
    {
        using var first = await PostAsync("/api/tasks", Body(command: "exit 0"), ("Idempotency-Key", "k"));
        await Host.Engine.PurgeAsync((await ReadAsync(first)).GetProperty("id").GetString()!, Cancellation);
        using var again = await PostAsync("/api/tasks", Body(command: "exit 0"), ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(1, Host.Engine.Starts);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_keeps_nothing()
    {
        Host.Blobs.IsFull = true;
        using var refused = await PostAsync("/api/tasks", Body("later"));

        await AssertProblemAsync(refused, HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        Assert.DoesNotContain("secret", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, Host.Engine.Starts);

        Host.Blobs.IsFull = false;
        Assert.Equal("later", await StartAsync("later"));
    }

    [Fact]
    public async Task A_start_that_a_crash_left_unscheduled_is_completed_by_the_same_key()
    {
        await CrashBeforeSchedulingAsync("k");
        using var again = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(1, Host.Engine.Starts);
        Assert.Empty(await UnscheduledAsync());
    }

    [Fact]
    public async Task A_start_that_a_crash_left_unscheduled_is_completed_by_reconciliation()
    {
        await CrashBeforeSchedulingAsync("k");
        Assert.Single(await UnscheduledAsync());
        await Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(DateTimeOffset.MaxValue, Cancellation);

        Assert.Equal(1, Host.Engine.Starts);
        Assert.Empty(await UnscheduledAsync());
    }

    [Fact]
    public async Task An_id_the_engine_has_already_is_taken()
    {
        Host.Engine.Runs = false;
        await Host.Engine.StartAsync("RunTask", "native", "{}", Cancellation);
        using var response = await PostAsync("/api/tasks", Body("native"));

        await AssertProblemAsync(response, HttpStatusCode.Conflict, "id_taken");
        Assert.Null(await Host.Store.ReadStartAsync(TaskId.Parse("native"), Cancellation));
    }

    [Fact]
    public async Task The_trace_context_of_the_request_is_kept()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        (await PostAsync("/api/tasks", Body("traced"), ("traceparent", Parent), ("tracestate", "a=b"))).Dispose();
        (await PostAsync("/api/tasks", Body("untraced"), ("traceparent", "nonsense"))).Dispose();

        var traced = await Host.Store.ReadStartAsync(TaskId.Parse("traced"), Cancellation);
        Assert.Equal((Parent, "a=b"), (traced!.TraceParent, traced.TraceState));
        Assert.Null((await Host.Store.ReadStartAsync(TaskId.Parse("untraced"), Cancellation))!.TraceParent);
    }

    /// <summary>An engine that breaks in a way nobody foresaw: the start record stays, as after a crash.</summary>
    private async Task CrashBeforeSchedulingAsync(string key)
    {
        Host.Engine.StartFails = new InvalidOperationException("secret");
        using var broken = await PostAsync("/api/tasks", Body(), ("Idempotency-Key", key));
        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Host.Engine.StartFails = null;
    }

    private async Task<List<TaskId>> UnscheduledAsync() =>
        await Host.Store.UnscheduledAsync(DateTimeOffset.MaxValue, Cancellation).ToListAsync(Cancellation);
}
