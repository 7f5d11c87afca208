namespace DurableAgentTasks.Cli.Tests.Hosting;

/// <summary>Tasks as a host answers them.</summary>
internal static class Tasks
{
    public static string Of(string id, string state, string outcome = "partial") => $$"""
        { "id": "{{id}}", "agent": "shell", "agentId": "team-a", "state": "{{state}}", "detail": "queued:3", "createdAt": "2030-01-01T00:00:00Z",
          "startedAt": "2030-01-01T00:00:01Z", "durations": { "total": "PT3M", "active": "PT2M", "paused": "PT1M", "class": "medium" },
          "plan": { "phases": [ { "id": 1, "title": "Build [all]", "status": "in_progress", "percentage": 50, "steps": [
            { "id": "1.1", "title": "compile", "kind": "shell", "status": "completed", "attempts": 2, "message": "It exited with 0." },
            { "id": "1.2", "title": "test", "kind": "shell", "status": "pending", "attempts": 0 } ] } ] },
          "progress": { "percentage": 50, "phasesCompleted": 0, "totalPhases": 1, "stepsCompleted": 1, "totalSteps": 2, "currentPhase": "Build [all]",
            "elapsed": "PT3M", "remaining": { "low": "PT5M", "likely": "PT9M", "high": "PT20M" }, "confidence": "medium", "basis": "steps_and_history",
            "reason": "Step 1.2 takes longer than expected." },
          "resources": { "cpuPercent": 40, "memoryBytes": 10485760, "processes": 3 }, "somethingNew": [1],
          "result": { "outcome": "{{outcome}}", "summary": "As it went." } }
        """;
}
