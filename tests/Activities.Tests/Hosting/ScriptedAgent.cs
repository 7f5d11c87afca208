using System.Text.Json;
using DurableAgentTasks.Activities.Steps.Agents;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>
/// An agent that is a shell script in the workspace, described by configuration alone. It is run as
/// <c>agent.sh fresh|resume SESSION PROMPT</c>, in which <c>$session</c> and <c>$prompt</c> are set and <c>start</c>, <c>tool</c>,
/// <c>uses TOKENS</c>, <c>ends TEXT</c> and <c>fails TEXT</c> print events.
/// </summary>
internal static class ScriptedAgent
{
    public const string Name = "scripted";

    private const string Events =
        """
        mode=$1; session=$2; prompt=$3
        start() { echo "{\"type\":\"start\",\"session\":\"${1:-$session}\"}"; }
        tool() { echo '{"type":"tool"}'; }
        uses() { echo "{\"type\":\"usage\",\"in\":$1}"; }
        ends() { echo "{\"type\":\"end\",\"session\":\"$session\",\"text\":\"$1\"}"; exit 0; }
        fails() { echo "{\"type\":\"end\",\"session\":\"$session\",\"failed\":true,\"text\":\"$1\"}"; exit 1; }

        """;

    /// <summary>Begins another life of the host, which knows the agent.</summary>
    public static void Configure(TaskFixture task, string script)
    {
        File.WriteAllText(Path.Combine(task.Workspace, "agent.sh"), Events + script + "\n");
        const string profile = $"Agents:Profiles:{Name}";
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["Adapter"] = "generic",
            ["Command"] = "/bin/sh",
            ["FreshArgs:0:0"] = "agent.sh", ["FreshArgs:1:0"] = "fresh", ["FreshArgs:2:0"] = "{session}", ["FreshArgs:3:0"] = "{prompt}",
            ["ResumeArgs:0:0"] = "agent.sh", ["ResumeArgs:1:0"] = "resume", ["ResumeArgs:2:0"] = "{session}", ["ResumeArgs:3:0"] = "{prompt}",
            ["SessionId"] = "session",
            ["Events:0:Kind"] = "Started", ["Events:0:When"] = "type=start",
            ["Events:1:Kind"] = "ToolResult", ["Events:1:When"] = "type=tool",
            ["Events:2:Kind"] = "Usage", ["Events:2:When"] = "type=usage", ["Events:2:InputTokens"] = "in",
            ["Events:3:Kind"] = "Finished", ["Events:3:When"] = "type=end", ["Events:3:Text"] = "text", ["Events:3:Failed"] = "failed=true",
        })
        {
            task.Configuration[$"{profile}:{key}"] = value;
        }

        task.Begin();
    }

    /// <summary>A task of one step of the agent.</summary>
    public static JsonElement Body(TaskFixture task, string prompt, long? tokens = null) => JsonSerializer.SerializeToElement(new
    {
        agent = Name,
        workspace = new { path = task.Workspace },
        plan = new { phases = new[] { new { title = "All", steps = new[] { new { title = "Step", kind = "agent", prompt } } } } },
        budgets = tokens is null ? null : new { tokens },
    });

    /// <summary>Starts the first life of the step as a host does that then dies.</summary>
    public static Task<SupervisedProcess> RunUnwatchedAsync(TaskFixture task, string session)
    {
        new AgentLife { SessionId = session }.Write(task.Runs.Open(task.Id, "1.1", 1, 1));
        return task.RunUnwatchedAsync($"exec /bin/sh agent.sh fresh {session} prompt");
    }
}
