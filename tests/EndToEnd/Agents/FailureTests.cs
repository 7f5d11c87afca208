using System.Text.Json;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>What is done about an agent that fails, by why it did.</summary>
public sealed class FailureTests : FakeAgentTests
{
    [Theory(Timeout = Patience)]
    [InlineData("err-401", "auth")]
    [InlineData("err-400", "rejected")]
    [InlineData("max-turns", "limits")]
    [InlineData("max-budget-usd", "limits")]
    public async Task What_another_attempt_would_not_mend_fails_at_once(string scenario, string @class)
    {
        var (host, status) = await RunAsync(scenario);
        Assert.Equal("failed", TaskApi.State(status));
        Assert.Contains($"({@class})", status.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal([(@class, "fail")], await RecoveriesAsync(host));
        Assert.Single(Invocations());
    }

    [Theory(Timeout = Patience)]
    [InlineData("err-429-max-retries-2", "transient")]
    [InlineData("sigkill-during-bash", "crash")]
    public async Task What_may_pass_is_tried_three_times_more_in_the_same_session(string scenario, string @class)
    {
        var (host, status) = await RunAsync(scenario);
        Assert.Equal("failed", TaskApi.State(status));
        Assert.Equal(4, TaskApi.FirstStep(status).GetProperty("attempts").GetInt32());
        Assert.Equal([(@class, "retry"), (@class, "retry"), (@class, "retry"), (@class, "fail")], await RecoveriesAsync(host));
        Assert.Equal([false, true, true, true], Invocations().Select(invocation => invocation.Resumes));
        Assert.Single(Invocations().Select(invocation => invocation.Session).Distinct());
    }

    [Fact(Timeout = Patience)]
    public async Task An_overload_that_passes_is_no_failure()
    {
        var (host, status) = await RunAsync("overload-529-recovers");
        Assert.Equal("completed", TaskApi.State(status));
        Assert.Empty(await RecoveriesAsync(host));
    }

    [Fact(Timeout = Patience)]
    public async Task A_spent_quota_is_waited_for_and_an_operator_need_not_wait()
    {
        AddAgent("claude", $$"""
            [ -e "{{Go}}" ] && exec "$FAKE_AGENT" claude "$@"
            "$FAKE_AGENT" claude "$@" | sed 's/"is_error":false,"api_error_status":null/"is_error":true,"api_error_status":429/; s/Hello from the mock[^"]*/Claude AI usage limit reached/'
            exit 1
            """);
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, TaskOf("fail", "do it"), Cancellation);
        var paused = await TaskApi.UntilStateAsync(host.Http, "fail", "paused", Cancellation);
        Assert.Equal("quota", TaskApi.Detail(paused));
        Assert.Equal([("quota", "wait")], await RecoveriesAsync(host));

        await TaskApi.PostAsync(host.Http, "/api/tasks/fail/pause", new { }, Cancellation);
        await TaskApi.UntilAsync(host.Http, "fail", status => TaskApi.Detail(status) == "operator", Cancellation);
        await GoAsync();
        await TaskApi.PostAsync(host.Http, "/api/tasks/fail/resume", new { }, Cancellation);
        await CompletedAsync(host, "fail");
        Assert.Equal([false, true], Invocations().Select(invocation => invocation.Resumes));
    }

    [Fact(Timeout = Patience)]
    public async Task A_session_that_does_not_exist_is_never_replaced_by_a_new_one()
    {
        var host = await StartHostAsync();
        var task = TaskOf("fail", "go on");
        task["sessionId"] = "aaaaaaaa-2222-4333-8444-555555555555";
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        var status = await TaskApi.UntilEndedAsync(host.Http, "fail", Cancellation);
        Assert.Equal("failed", TaskApi.State(status));
        Assert.Equal([("session", "fail")], await RecoveriesAsync(host));
        Assert.True(Assert.Single(Invocations()).Resumes);
    }

    [Fact(Timeout = Patience)]
    public async Task A_step_that_is_not_critical_is_passed_over()
    {
        var host = await StartHostAsync();
        var task = TaskOf("fail", "do it SCN=err-401", "then SCN=edit FILE=notes");
        task["plan"]!["phases"]![0]!["steps"]![0]!["critical"] = false;
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        var status = await CompletedAsync(host, "fail");
        Assert.Equal("skipped", TaskApi.FirstStep(status).GetProperty("status").GetString());
        Assert.Equal([("auth", "skip")], await RecoveriesAsync(host));
        Assert.True(File.Exists(Path.Combine(Repository.Path, "notes")));
    }

    private async Task<(LocalHostProcess Host, JsonElement Status)> RunAsync(string scenario)
    {
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, TaskOf("fail", $"do it SCN={scenario}"), Cancellation);
        var status = await TaskApi.UntilEndedAsync(host.Http, "fail", Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        return (host, status);
    }

    private static async Task<List<(string?, string?)>> RecoveriesAsync(LocalHostProcess host) =>
        [.. (await TaskApi.TimelineAsync(host.Http, "fail", Cancellation))
            .Where(entry => entry.GetProperty("type").GetString() == "recovery")
            .Select(entry => entry.GetProperty("data"))
            .Select(data => (data.GetProperty("class").GetString(), data.GetProperty("action").GetString()))];
}
