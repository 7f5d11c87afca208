using System.Text.Json.Nodes;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class TaskViewTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void It_has_the_names_and_values_of_the_contract()
    {
        var timeline = new TaskTimeline();
        timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
        timeline.StepStarted("1.1", 1, Samples.At(1));
        timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, Samples.At(2));
        timeline.StepStarted("1.2", 1, Samples.At(2));

        var view = TaskView.Of(Samples.Task(Samples.Plan).Apply(timeline.TakePending()), Samples.At(3));

        Same(
            """
            { "id": "fix-login", "agent": "claude", "agentId": "team-a", "state": "executing", "detail": null,
              "createdAt": "2030-01-01T00:00:00Z", "startedAt": "2030-01-01T00:00:00Z", "completedAt": null,
              "durations": { "total": "PT3M", "active": "PT3M", "paused": "PT0S", "class": "medium" },
              "plan": { "phases": [
                { "id": 1, "title": "Build", "status": "in_progress", "percentage": 50, "steps": [
                  { "id": "1.1", "title": "step 1.1", "kind": "shell", "status": "completed", "attempts": 1, "exitCode": 0, "message": null,
                    "startedAt": "2030-01-01T00:01:00Z", "completedAt": "2030-01-01T00:02:00Z", "sessionId": null, "agentVersion": null, "usage": null, "command": "true" },
                  { "id": "1.2", "title": "step 1.2", "kind": "shell", "status": "in_progress", "attempts": 1, "exitCode": null, "message": null,
                    "startedAt": "2030-01-01T00:02:00Z", "completedAt": null, "sessionId": null, "agentVersion": null, "usage": null, "command": "true" } ] },
                { "id": 2, "title": "Test", "status": "pending", "percentage": 0, "steps": [
                  { "id": "2.1", "title": "step 2.1", "kind": "shell", "status": "pending", "attempts": 0, "exitCode": null, "message": null,
                    "startedAt": null, "completedAt": null, "sessionId": null, "agentVersion": null, "usage": null, "command": "true" },
                  { "id": "2.2", "title": "step 2.2", "kind": "shell", "status": "pending", "attempts": 0, "exitCode": null, "message": null,
                    "startedAt": null, "completedAt": null, "sessionId": null, "agentVersion": null, "usage": null, "command": "true" } ] } ] },
              "progress": { "percentage": 25, "phasesCompleted": 0, "totalPhases": 2, "stepsCompleted": 1, "totalSteps": 4, "currentPhase": "Build",
                "phasePercentage": 50, "recentActivity": "Step 1.2 runs.", "elapsed": "PT3M",
                "remaining": { "low": "PT1M25S", "likely": "PT2M49S", "high": "PT5M44S" }, "confidence": "medium", "basis": "steps", "reason": "Step 1.2 is likely to take longer than expected." },
              "result": null, "error": null, "deadlines": null, "usage": null, "lastCheckpoint": null, "resources": null, "counts": null, "links": null }
            """,
            view);
    }

    [Fact]
    public void Who_approves_is_told_what_until_when_and_what_happens_if_nobody_does()
    {
        var plan = new Plan([new(1, "Ship",
        [
            Samples.Shell("1.1") with { Approval = new(Hour, ApprovalDefault.Reject) },
            new() { Id = "1.2", Title = "b", Kind = StepKind.Agent, Prompt = "Ship it", Approval = new(Hour, ApprovalDefault.Approve) },
        ])]);
        var timeline = new TaskTimeline();
        timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
        timeline.Transition(TaskState.Paused, "approval", Samples.At(5), detail: "approval");
        var task = Samples.Task(plan).Apply(timeline.TakePending());
        var steps = TaskView.Of(task, Samples.At(6)).Plan!.Phases[0].Steps;

        Assert.Equal(("true", null), (steps[0].Command, steps[0].Prompt));
        Same("""{ "default": "reject", "timeout": "PT1H", "until": "2030-01-01T01:05:00Z" }""", steps[0].Approval);
        Assert.Equal((null, "Ship it"), (steps[1].Command, steps[1].Prompt));
        Same("""{ "default": "approve", "timeout": "PT1H", "until": null }""", steps[1].Approval);
    }

    [Fact]
    public void How_long_it_is_until_a_deadline_is_told_also_while_the_clock_stands_still()
    {
        var running = Samples.Task() with { Deadlines = new(Samples.At(90), Samples.At(60), null) };
        Assert.Equal((Hour, TimeSpan.FromMinutes(30)), Left(running, 30));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), Left(running, 100));
        Assert.Equal((Hour, TimeSpan.FromMinutes(30)), Left(running with { PausedSince = Samples.At(30) }, 100));
        Assert.Equal((Hour, null), Left(Samples.Task() with { PausedSince = Samples.At(30), Deadlines = new(null, null, null) { TaskLeft = Hour } }, 100));
    }

    [Fact]
    public void What_the_caller_knows_has_the_names_of_the_contract()
    {
        var task = Samples.Task() with { Deadlines = new(Samples.At(0), null, null) { TaskLimit = TimeSpan.FromHours(4), PhaseLimit = TimeSpan.FromHours(1) } };
        var view = TaskView.Of(task, Samples.At(0)) with
        {
            Usage = new(1, 2, 3, 4, 0.5m),
            LastCheckpoint = new("0123456789abcdef", "phase", Samples.At(0), "c0ffee", "refs/agent-tasks/fix-login/3"),
            Resources = new(40, 1, 3),
            Counts = new(12, 3456, 0),
            Links = new Dictionary<string, string> { ["self"] = "/api/tasks/fix-login" },
            Result = new(TaskOutcome.Partial, "half"),
        };

        Same("""{ "task": "2030-01-01T00:00:00Z", "phase": null, "idle": null, "taskLeft": "PT0S" }""", view.Deadlines);
        Same("""{ "inputTokens": 1, "outputTokens": 2, "cacheReadTokens": 3, "cacheCreationTokens": 4, "costUsd": 0.5 }""", view.Usage);
        Same("""{ "id": "0123456789abcdef", "type": "phase", "at": "2030-01-01T00:00:00Z", "commit": "c0ffee", "ref": "refs/agent-tasks/fix-login/3" }""", view.LastCheckpoint);
        Same("""{ "cpuPercent": 40, "memoryBytes": 1, "processes": 3 }""", view.Resources);
        Same("""{ "messages": 12, "bytes": 3456, "errors": 0 }""", view.Counts);
        Same("""{ "self": "/api/tasks/fix-login" }""", view.Links);
        Same("""{ "outcome": "partial", "summary": "half" }""", view.Result);
    }

    [Fact]
    public void It_holds_no_environment_value()
    {
        var task = Samples.Task() with
        {
            Request = Samples.Task().Request with { Environment = new Dictionary<string, string> { ["TOKEN"] = "hunter2" } },
        };

        Assert.DoesNotContain("hunter2", Samples.Write(TaskView.Of(task, Samples.At(0))), StringComparison.Ordinal);
    }

    private static void Same<T>(string expected, T actual) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(Samples.Write(actual))!.ToJsonString());

    private static (TimeSpan? Task, TimeSpan? Phase) Left(TaskRecord task, int now)
    {
        var told = TaskView.Of(task, Samples.At(now)).Deadlines!;
        return (told.TaskLeft, told.PhaseLeft);
    }
}
