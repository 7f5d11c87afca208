using static DurableAgentTasks.Agents.Profiles.AgentEventKind;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>opencode, observed with 1.18.33. It has no final event: the last step ends with another reason than tool calls.</summary>
internal static class OpenCodeProfile
{
    public static AgentProfile Value { get; } = new()
    {
        Name = "opencode",
        Command = "opencode",
        Package = new AgentPackage("opencode-ai"),
        PromptFromInput = "",
        FreshArguments = [["run", "--format", "json"], ["-m", "{model}"], ["--dir", "{directory}"], ["{arguments}"], ["{prompt}"]],
        ResumeArguments =
        [
            ["run", "--format", "json"], ["--session", "{session}"], ["-m", "{model}"], ["--dir", "{directory}"], ["{arguments}"], ["{prompt}"],
        ],
        Environment = new Dictionary<string, string> { ["OPENCODE_DISABLE_AUTOUPDATE"] = "1" },
        SessionId = "sessionID",
        TokenScope = UsageScope.SinceLastReport,
        CostScope = UsageScope.SinceLastReport,
        Events =
        [
            new(Started, "type=step_start"),
            new(Message, "type=text") { Text = "part.text" },
            new(ToolCall, "type=tool_use") { Tool = "part.tool", CallId = "part.callID", Text = "part.state.input" },
            new(ToolResult, "type=tool_use & part.state.status=completed|error")
            {
                Tool = "part.tool", CallId = "part.callID", Text = "part.state.output", Failed = "part.state.status=error",
            },
            new(Error, "type=error") { Text = "error.data.message", Reason = "error.name", Status = "error.data.statusCode" },
            new(AgentEventKind.Usage, "type=step_finish")
            {
                InputTokens = "part.tokens.input", OutputTokens = "part.tokens.output",
                CacheReadTokens = "part.tokens.cache.read", CacheWriteTokens = "part.tokens.cache.write", CostUsd = "part.cost",
            },
            new(Finished, "type=step_finish & part.reason!=tool-calls") { Reason = "part.reason", Failed = "part.reason!=stop" },
        ],
    };
}
