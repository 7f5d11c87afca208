using System.Net;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ExtendTaskTests : ApiTest
{
    protected override Action<IServiceCollection> Services => services => services.AddSingleton(new TaskAdmission(
        new TaskRequestRules { Agents = ["shell"], Timeouts = TimeoutOptions.For(TimeoutPreset.Guide) }));

    [Theory]
    [InlineData("""{"duration": "PT30M", "reason": "nearly there"}""", """{"by":"local","reason":"nearly there","duration":"PT30M"}""")]
    [InlineData("""{"duration": "PT3H", "scope": "task"}""", """{"by":"local","reason":null,"duration":"PT3H","scope":"task"}""")]
    [InlineData("""{"duration": "PT20M", "scope": "phase"}""", """{"by":"local","reason":null,"duration":"PT20M","scope":"phase"}""")]
    public async Task The_orchestration_is_told_of_each_extension(string body, string told)
    {
        await StartAsync("t");
        for (var i = 0; i < 2; i++)
        {
            using var response = await PostAsync("/api/tasks/t/extend", body);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        Assert.Equal(("extend", told), (Host.Engine.Events[^1].Name, Host.Engine.Events[^1].Payload));
        Assert.Equal(2, Host.Engine.Events.Count);
    }

    [Theory]
    [InlineData("""{"duration": "PT3H1S"}""", "at most PT3H: the task has PT1H in all, and the operator allows PT4H (Timeouts:Task:Max)")]
    [InlineData("""{"duration": "PT21M", "scope": "phase"}""", "at most PT20M: the phase has PT10M in all, and the operator allows PT30M (Timeouts:Phase:Max)")]
    public async Task More_than_the_operator_allows_is_400_with_the_range(string body, string expected)
    {
        await StartAsync("t");
        using var response = await PostAsync("/api/tasks/t/extend", body);
        Assert.Contains(expected, await ErrorAsync(response, "duration"), StringComparison.Ordinal);
        Assert.Empty(Host.Engine.Events);
    }

    [Theory]
    [InlineData("task", false, "PT31M", "PT30M", "the task has PT3H30M in all")]
    [InlineData("task", true, "PT31M", "PT30M", "the task has PT3H30M in all")]
    [InlineData("phase", false, "PT6M", "PT5M", "the phase has PT25M in all")]
    [InlineData("phase", true, "PT6M", "PT5M", "the phase has PT25M in all")]
    public async Task What_was_granted_before_counts_while_the_clock_stands_still_too(string scope, bool paused, string tooMuch, string most, string why)
    {
        await StartAsync("t");
        await RecordAsync("t", timeline =>
        {
            if (paused) timeline.Transition(TaskState.Paused, "pause", DateTimeOffset.UtcNow, "operator");
            timeline.OperatorAction("extend", "local", null, DateTimeOffset.UtcNow);
            timeline.DeadlinesChanged(Granted(paused ? null : DateTimeOffset.UtcNow.AddDays(1)));
        });
        using var much = await PostAsync("/api/tasks/t/extend", $$"""{"duration": "{{tooMuch}}", "scope": "{{scope}}"}""");
        Assert.StartsWith($"must be more than PT0S and at most {most}: {why}", await ErrorAsync(much, "duration"), StringComparison.Ordinal);
        using var enough = await PostAsync("/api/tasks/t/extend", $$"""{"duration": "{{most}}", "scope": "{{scope}}"}""");
        Assert.Equal(HttpStatusCode.Accepted, enough.StatusCode);
    }

    /// <summary>A wait for its turn, and a life before this one, put the deadline off and grant nothing.</summary>
    [Fact]
    public async Task A_deadline_that_is_far_away_is_no_time_that_was_granted()
    {
        await StartAsync("t");
        await RecordAsync("t", timeline =>
        {
            timeline.OperatorAction("extend", "local", null, DateTimeOffset.UtcNow);
            timeline.DeadlinesChanged(Granted(DateTimeOffset.UtcNow.AddDays(9)));
        });
        using var response = await PostAsync("/api/tasks/t/extend", """{"duration": "PT30M"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task It_wakes_no_suspended_task_and_a_paused_one_takes_it()
    {
        await StartAsync("t");
        Host.Engine.Set("t", RuntimeStatus.Suspended);
        using var response = await PostAsync("/api/tasks/t/extend", """{"duration": "PT1M"}""");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("extend", Assert.Single(Host.Engine.Events).Name);
        Assert.Empty(Host.Engine.Calls);
    }

    [Fact]
    public async Task A_task_that_has_not_begun_or_has_failed_is_409_and_one_that_is_over_410()
    {
        await StartAsync("f");
        await Host.Engine.FailAsync("f");
        await StartAsync("c", "exit 0");
        Host.Engine.Runs = false;
        await StartAsync("n");
        foreach (var (id, status, code) in new[] { ("f", HttpStatusCode.Conflict, "wrong_state"), ("n", HttpStatusCode.Conflict, "wrong_state"), ("c", HttpStatusCode.Gone, "task_over") })
        {
            using var response = await PostAsync($"/api/tasks/{id}/extend", """{"duration": "PT1M"}""");
            await AssertProblemAsync(response, status, code);
        }
    }

    [Fact]
    public async Task An_unknown_field_is_named()
    {
        await StartAsync("t");
        using var response = await PostAsync("/api/tasks/t/extend", """{"duration": "PT1M", "by": "PT2M"}""");
        Assert.Equal("is not known here: only \"reason\" and \"duration\" and \"scope\" can be given.", await ErrorAsync(response, "by"));
    }

    private static TaskDeadlines Granted(DateTimeOffset? due) =>
        new(due, due, Idle: null) { TaskLimit = TimeSpan.FromHours(3.5), PhaseLimit = TimeSpan.FromMinutes(25) };

    internal static async Task<string> ErrorAsync(HttpResponseMessage response, string field)
    {
        var problem = await AssertProblemAsync(response, HttpStatusCode.BadRequest, "invalid_request");
        return problem.GetProperty("errors").EnumerateArray().Single(error => error.GetProperty("path").GetString() == field).GetProperty("message").GetString()!;
    }
}

/// <summary>Where the operator sets no limit.</summary>
public sealed class ExtendUnlimitedTests : ApiTest
{
    [Fact]
    public async Task What_has_no_limit_cannot_be_extended()
    {
        await StartAsync("t", extra: "\"timeouts\": { \"task\": null },");
        using var task = await PostAsync("/api/tasks/t/extend", """{"duration": "PT1M"}""");
        Assert.Equal("the task has no limit of time: there is nothing to extend.", await ExtendTaskTests.ErrorAsync(task, "scope"));
        using var phase = await PostAsync("/api/tasks/t/extend", """{"duration": "PT1M", "scope": "phase"}""");
        Assert.Equal("the phase has no limit of time: there is nothing to extend.", await ExtendTaskTests.ErrorAsync(phase, "scope"));
    }
}
