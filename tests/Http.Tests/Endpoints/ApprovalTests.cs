using System.Net;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ApprovalTests : ApiTest
{
    [Theory]
    [InlineData("approve", null, """{"by":"local","reason":null,"stepId":"1.1"}""")]
    [InlineData("approve", """{"stepId": "1.1", "reason": "seen"}""", """{"by":"local","reason":"seen","stepId":"1.1"}""")]
    [InlineData("reject", """{"reason": "too risky"}""", """{"by":"local","reason":"too risky","stepId":"1.1"}""")]
    public async Task The_orchestration_is_told_which_step_was_judged(string verb, string? body, string told)
    {
        await WaitForApprovalAsync();
        using var response = await PostAsync($"/api/tasks/t/{verb}", body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var (_, name, payload) = Assert.Single(Host.Engine.Events);
        Assert.Equal((verb, told), (name, payload));
    }

    [Fact]
    public async Task Resuming_is_no_answer_to_the_question()
    {
        await WaitForApprovalAsync();
        using var response = await PostAsync("/api/tasks/t/resume", null);
        var problem = await AssertProblemAsync(response, HttpStatusCode.Conflict, "approval_needed");
        Assert.Equal("Approve or reject step 1.1, which the task waits for: POST /api/tasks/t/approve or /reject.", problem.GetProperty("title").GetString());
        Assert.Empty(Host.Engine.Events);
        var links = (await GetJsonAsync("/api/tasks/t", HttpStatusCode.Accepted)).GetProperty("links");
        Assert.Equal("/api/tasks/t/approve", links.GetProperty("approve").GetString());
        Assert.False(links.TryGetProperty("resume", out _));
    }

    [Fact]
    public async Task A_step_that_was_approved_is_approved_once_and_no_other_with_it()
    {
        await WaitForApprovalAsync();
        await RecordAsync("t", timeline =>
        {
            timeline.Transition(TaskState.Resuming, "approve", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Executing, "resumed", DateTimeOffset.UtcNow);
            timeline.StepStarted("1.1", 1, DateTimeOffset.UtcNow);
        });
        await AcceptedAsync("approve", null);
        await AcceptedAsync("approve", """{"stepId": "1.1"}""");
        using (var other = await PostAsync("/api/tasks/t/approve", """{"stepId": "1.2"}""")) await AssertProblemAsync(other, HttpStatusCode.Conflict, "wrong_state");
        using (var rejected = await PostAsync("/api/tasks/t/reject", null)) await AssertProblemAsync(rejected, HttpStatusCode.Conflict, "wrong_state");

        await RecordAsync("t", timeline =>
        {
            timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Paused, "approval", DateTimeOffset.UtcNow, "approval");
        });
        await AcceptedAsync("approve", """{"stepId": "1.1"}""");
        Assert.Empty(Host.Engine.Events);
        await AcceptedAsync("approve", null);
        Assert.Contains("\"stepId\":\"1.2\"", Assert.Single(Host.Engine.Events).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_does_not_wait_is_not_judged()
    {
        await WaitForApprovalAsync();
        using var response = await PostAsync("/api/tasks/t/approve", """{"stepId": "1.2"}""");
        var problem = await AssertProblemAsync(response, HttpStatusCode.Conflict, "other_step_waits");
        Assert.StartsWith("It is step 1.1 that waits", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejection_that_failed_the_task_is_in_effect()
    {
        await WaitForApprovalAsync();
        await RecordAsync("t", timeline =>
        {
            timeline.StepEnded("1.1", WorkStatus.Failed, 0, null, "Rejected.", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Resuming, "reject", DateTimeOffset.UtcNow);
        });
        await Host.Engine.FailAsync("t");
        await AcceptedAsync("reject", null);
        Assert.Empty(Host.Engine.Events);
    }

    [Fact]
    public async Task A_step_that_was_rejected_waits_again_once_its_task_is_resumed()
    {
        await WaitForApprovalAsync();
        await RecordAsync("t", timeline =>
        {
            timeline.Transition(TaskState.Resuming, "reject", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Executing, "resumed", DateTimeOffset.UtcNow);
            timeline.StepEnded("1.1", WorkStatus.Failed, 0, null, "Rejected.", DateTimeOffset.UtcNow);
            timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "Rejected."), "step_rejected", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Resuming, "resume", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Executing, "resumed", DateTimeOffset.UtcNow);
            timeline.Transition(TaskState.Paused, "approval", DateTimeOffset.UtcNow, "approval");
        });
        await AcceptedAsync("approve", null);
        Assert.Contains("\"stepId\":\"1.1\"", Assert.Single(Host.Engine.Events).Payload, StringComparison.Ordinal);
    }

    private async Task AcceptedAsync(string verb, string? body)
    {
        using var response = await PostAsync($"/api/tasks/t/{verb}", body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    private async Task WaitForApprovalAsync()
    {
        using var response = await PostAsync("/api/tasks", """
            { "id": "t", "agent": "shell", "workspace": { "path": "/tmp" }, "plan": { "phases": [ { "title": "Work", "steps": [
              { "title": "a", "kind": "shell", "command": "sleep 600", "approval": { "timeout": "PT1H" } },
              { "title": "b", "kind": "shell", "command": "sleep 600", "approval": { "timeout": "PT1H" } } ] } ] } }
            """);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await RecordAsync("t", timeline => timeline.Transition(TaskState.Paused, "approval", DateTimeOffset.UtcNow, "approval"));
    }
}
