using System.Text.Json.Nodes;
using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Core.Tests.Requests;

/// <summary>Bodies of POST /api/tasks, and what is said to them.</summary>
internal static class Bodies
{
    /// <summary>Every field is in it, and right.</summary>
    public const string Full = """
        { "id": "fix-login", "agent": "claude", "agentId": "team-a", "prompt": "Fix the login bug",
          "plan": { "phases": [
            { "id": 1, "title": "Build", "steps": [
              { "title": "compile", "kind": "shell", "command": "make -j2", "timeout": "PT2M", "critical": false, "risky": true, "milestone": true,
                "approval": { "timeout": "PT1H", "default": "approve" }, "retry": { "maxAttempts": 3, "onExitCodes": [1, 137] } },
              { "id": "review", "title": "look at it", "kind": "agent", "prompt": "Review the change" } ] },
            { "title": "Test", "steps": [ { "title": "search", "kind": "search", "prompt": "Find flaky tests" } ] } ] },
          "workspace": { "path": "/repos/shop", "isolation": "worktree", "setup": "npm ci" },
          "environment": { "CI": "1", "EMPTY": "" }, "secrets": [ "GITHUB_TOKEN" ],
          "timeouts": { "task": "PT2H", "phase": null, "idle": "PT30M", "agentStep": "PT1H" },
          "budgets": { "cpuTime": "PT1H", "memoryBytes": 4000000000, "processes": 50, "diskBytes": 1, "tokens": 1000000, "costUsd": 12.5 },
          "priority": -5, "webhooks": [ { "url": "https://example.org/hook", "secret": "HOOK", "events": [ "completed" ] } ],
          "deliver": { "branch": true, "push": false, "patch": true }, "checkpointId": "0123456789ABCDEF", "sessionId": "a1b2-c3" }
        """;

    public const string Minimal = """{ "agent": "claude", "prompt": "Fix it", "workspace": { "path": "/repos/shop" } }""";

    public static TaskRequestReading Read(string body) => TaskRequestReader.Read(Samples.Parse(body), Samples.Rules);

    /// <summary>What is said to a minimal body whose field is replaced; <paramref name="value"/> is JSON.</summary>
    public static IReadOnlyList<RequestError> With(string field, string value)
    {
        var body = JsonNode.Parse(Minimal)!.AsObject();
        body[field] = "@value@";
        // Not as a node: half of a surrogate pair cannot be written.
        return Read(body.ToJsonString().Replace("\"@value@\"", value, StringComparison.Ordinal)).Errors;
    }

    /// <summary>What is said to a plan of one phase with these steps.</summary>
    public static IReadOnlyList<RequestError> WithSteps(string steps) =>
        With("plan", $$"""{ "phases": [ { "title": "p", "steps": [ {{steps}} ] } ] }""");

    public static void Says(IReadOnlyList<RequestError> errors, string path, string message) =>
        Assert.Contains(errors, error => error.Path == path && error.Message.Contains(message, StringComparison.Ordinal));

    /// <summary>Exactly this error and no other.</summary>
    public static void SaysOnly(IReadOnlyList<RequestError> errors, string path, string message)
    {
        var error = Assert.Single(errors);
        Assert.Equal(path, error.Path);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
