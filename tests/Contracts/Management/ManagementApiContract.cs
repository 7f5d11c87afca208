using System.Net;
using System.Text.Json;

namespace DurableAgentTasks.Contracts.Management;

/// <summary>
/// What any host promises of Durable Functions' management operations, seen from outside: nothing but a client with a base address. The
/// host has the agent <c>shell</c>, and its client may do everything.
/// </summary>
public abstract partial class ManagementApiContract
{
    /// <summary>A command that ends at once, and one that does not end before it is stopped.</summary>
    private const string Quick = "exit 0";
    private const string Endless = "sleep 600";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>With base address and, if the host wants one, an admin's key.</summary>
    protected abstract HttpClient Client { get; }

    /// <summary>A folder on the host that tasks may work in, one at a time.</summary>
    protected abstract string Workspace { get; }

    /// <summary>Where the operations are.</summary>
    protected virtual string Prefix => "/api/durable";

    [Fact(Timeout = 120_000)]
    public async Task The_start_answer_leads_to_all_that_can_be_done()
    {
        var id = NewId();
        var started = await StartTaskAsync(id, Endless);
        await WhenAsync(id, "Running");

        string Uri(string name) => started.GetProperty(name).GetString()!;
        Assert.Contains($"/instances/{id}/raiseEvent/{{eventName}}", Uri("sendEventPostUri"), StringComparison.Ordinal);
        foreach (var name in new[] { "terminatePostUri", "suspendPostUri", "resumePostUri" }) Assert.Contains("?reason={text}", Uri(name), StringComparison.Ordinal);
        Assert.Contains($"/instances/{id}/restart", Uri("restartPostUri"), StringComparison.Ordinal);
        Assert.All(started.EnumerateObject().Where(field => field.Name.EndsWith("Uri", StringComparison.Ordinal)), field => Assert.True(System.Uri.IsWellFormedUriString(field.Value.GetString()!.Replace("{eventName}", "e", StringComparison.Ordinal).Replace("{text}", "t", StringComparison.Ordinal), UriKind.Absolute)));

        // They need nothing but themselves.
        using var client = new HttpClient();
        using var status = await client.GetAsync(Uri("statusQueryGetUri"), Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, status.StatusCode);
        using var suspended = await client.PostAsync(Uri("suspendPostUri").Replace("{text}", "wait", StringComparison.Ordinal), null, Cancellation);
        using var resumed = await client.PostAsync(Uri("resumePostUri").Replace("{text}", "go", StringComparison.Ordinal), null, Cancellation);
        using var raised = await client.PostAsync(Uri("sendEventPostUri").Replace("{eventName}", "nothing", StringComparison.Ordinal), null, Cancellation);
        using var terminated = await client.PostAsync(Uri("terminatePostUri").Replace("{text}", "enough", StringComparison.Ordinal), null, Cancellation);
        Assert.All(new[] { suspended, resumed, raised, terminated }, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        await WhenAsync(id, "Terminated");
        using var purged = await client.DeleteAsync(Uri("purgeHistoryDeleteUri"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_status_is_accepted_until_it_is_final()
    {
        var id = NewId();
        await StartTaskAsync(id, Endless);
        await WhenShownAsync(id, "executing");
        using var running = await Client.GetAsync($"{Prefix}/instances/{id}", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.Contains($"/instances/{id}", running.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(running.Headers.RetryAfter);
        var status = await ReadAsync(running);
        Assert.Equal(("RunTask", id, "Running"), (Text(status, "name"), Text(status, "instanceId"), Text(status, "runtimeStatus")));
        Assert.Equal("shell", status.GetProperty("input").GetProperty("agent").GetString());
        Assert.Equal("executing", Text(status.GetProperty("customStatus"), "state"));
        Assert.Equal(JsonValueKind.Null, status.GetProperty("output").ValueKind);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", Text(status, "createdTime"));
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", Text(status, "lastUpdatedTime"));
        Assert.False(status.TryGetProperty("historyEvents", out _));

        (await PostAsync($"instances/{id}/raiseEvent/cancel", "{\"reason\":\"seen enough\"}")).Dispose();
        var ended = await WhenAsync(id, "Completed");
        Assert.Equal("cancelled", Text(ended.GetProperty("output"), "outcome"));
        using var final = await Client.GetAsync($"{Prefix}/instances/{id}?showInput=false&returnInternalServerErrorOnFailure=true", Cancellation);
        Assert.Equal(HttpStatusCode.OK, final.StatusCode);
        Assert.Null(final.Headers.Location);
        Assert.Equal(JsonValueKind.Null, (await ReadAsync(final)).GetProperty("input").ValueKind);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_history_is_shown_when_it_is_asked_for_and_its_payloads_when_they_are()
    {
        var id = await RunAsync(Quick, "Completed");
        var bare = (await GetAsync($"instances/{id}?showHistory=true")).GetProperty("historyEvents").EnumerateArray().ToList();
        Assert.Equal(("ExecutionStarted", "RunTask"), (Text(bare[0], "EventType"), Text(bare[0], "FunctionName")));
        var completed = bare.First(item => Text(item, "EventType") == "TaskCompleted");
        Assert.NotEmpty(Text(completed, "FunctionName")!);
        Assert.True(completed.GetProperty("ScheduledTime").GetDateTimeOffset() <= completed.GetProperty("Timestamp").GetDateTimeOffset());
        Assert.DoesNotContain(bare, item => item.TryGetProperty("Result", out _) || item.TryGetProperty("Input", out _));
        Assert.Equal(("ExecutionCompleted", "Completed"), (Text(bare[^1], "EventType"), Text(bare[^1], "OrchestrationStatus")));

        var full = (await GetAsync($"instances/{id}?showHistory=true&showHistoryOutput=true")).GetProperty("historyEvents").EnumerateArray().ToList();
        Assert.Equal("success", Text(full[^1].GetProperty("Result"), "outcome"));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_operators_event_does_what_the_operation_does_in_the_name_of_the_key()
    {
        var id = await RunAsync(Endless, "Running");
        await WhenTaskAsync(id, "executing");
        using var raised = await PostAsync($"instances/{id}/raiseEvent/Cancel", "{\"by\":\"somebody-else\",\"reason\":\"no longer needed\"}");
        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);

        await WhenTaskAsync(id, "cancelled");
        var end = await LastOfTimelineAsync(id);
        Assert.Equal(("cancelled", "no longer needed"), (Text(end, "to"), Text(end, "reason")));
        Assert.DoesNotContain("somebody-else", end.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_event_that_cannot_be_sent_is_refused()
    {
        var id = await RunAsync(Endless, "Running");
        await AssertProblemAsync(await PostAsync($"instances/{id}/raiseEvent/x", "{ nonsense"), HttpStatusCode.BadRequest, "malformed_json");
        await AssertProblemAsync(await PostAsync($"instances/{id}/raiseEvent/x", "hello", "text/plain"), HttpStatusCode.BadRequest, "event_not_json");
        await AssertProblemAsync(await PostAsync($"instances/{id}/raiseEvent/x", $"\"{new string('x', 70_000)}\""), HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        await AssertProblemAsync(await PostAsync("instances/none/raiseEvent/x", "{}"), HttpStatusCode.NotFound, "instance_not_found");
        Assert.Equal("Running", Text(await GetAsync($"instances/{id}"), "runtimeStatus"));

        (await PostAsync($"instances/{id}/terminate", null)).Dispose();
        await WhenAsync(id, "Terminated");
        await AssertProblemAsync(await PostAsync($"instances/{id}/raiseEvent/x", "{}"), HttpStatusCode.Gone, "instance_over");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_suspended_instance_is_a_paused_task_until_it_is_resumed()
    {
        var id = await RunAsync(Endless, "Running");
        await WhenTaskAsync(id, "executing");
        for (var i = 0; i < 2; i++)
        {
            using var suspended = await PostAsync($"instances/{id}/suspend?reason=lunch", null);
            Assert.Equal(HttpStatusCode.Accepted, suspended.StatusCode);
        }

        await WhenAsync(id, "Suspended");
        using var status = await Client.GetAsync($"{Prefix}/instances/{id}", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, status.StatusCode);
        Assert.Equal("suspended", Text(await WhenTaskAsync(id, "paused"), "detail"));

        using var resumed = await PostAsync($"instances/{id}/resume?reason=fed", null);
        Assert.Equal(HttpStatusCode.Accepted, resumed.StatusCode);
        await WhenAsync(id, "Running");
        await WhenTaskAsync(id, "executing");
        (await PostAsync($"instances/{id}/terminate", null)).Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_terminated_instance_is_a_cancelled_task_and_leaves_its_turn_to_the_next()
    {
        var id = await RunAsync(Endless, "Running");
        await WhenTaskAsync(id, "executing");
        var next = NewId();
        await StartTaskAsync(next, Quick);
        await AssertProblemAsync(await DeleteAsync($"instances/{id}"), HttpStatusCode.PreconditionFailed, "instance_runs");
        using var terminated = await PostAsync($"instances/{id}/terminate?reason=enough", null);
        Assert.Equal(HttpStatusCode.Accepted, terminated.StatusCode);

        Assert.Equal("enough", Text(await WhenAsync(id, "Terminated"), "output"));
        await WhenTaskAsync(id, "cancelled");
        await WhenAsync(next, "Completed");
        var end = await WhenLastOfTimelineAsync(id, item => Text(item, "type") == "transition" && Text(item, "to") == "cancelled");
        Assert.Equal("enough", Text(end, "reason"));
        foreach (var verb in new[] { "terminate", "suspend", "resume" })
        {
            await AssertProblemAsync(await PostAsync($"instances/{id}/{verb}", null), HttpStatusCode.Gone, "instance_over");
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_purge_removes_the_task_and_frees_its_id()
    {
        var id = await RunAsync(Quick, "Completed");
        using var purged = await DeleteAsync($"instances/{id}");
        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.Equal(1, (await ReadAsync(purged)).GetProperty("instancesDeleted").GetInt32());

        await AssertProblemAsync(await DeleteAsync($"instances/{id}"), HttpStatusCode.NotFound, "instance_not_found");
        using var task = await Client.GetAsync($"/api/tasks/{id}", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, task.StatusCode);
        await StartTaskAsync(id, Quick);
    }
}
