using static DurableAgentTasks.Agents.Profiles.AgentEventKind;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Claude Code, observed with 2.1.197.</summary>
internal static class ClaudeProfile
{
    public static AgentProfile Value { get; } = new()
    {
        Name = "claude",
        Command = "claude",
        Package = new AgentPackage("@anthropic-ai/claude-code"),
        PromptFromInput = "-p",
        // The prompt comes first: options that take several values would swallow it.
        FreshArguments =
        [
            ["-p", "{prompt}"], ["--output-format", "stream-json", "--verbose"], ["--session-id", "{session}"], ["--model", "{model}"], ["{arguments}"],
        ],
        ResumeArguments =
        [
            ["-p", "{prompt}"], ["--output-format", "stream-json", "--verbose"], ["--resume", "{session}"], ["--model", "{model}"], ["{arguments}"],
        ],
        SessionId = "session_id",
        Transcript = new TranscriptPlace("CLAUDE_CONFIG_DIR", ".claude", "projects/{directory}/{session}.jsonl"),
        // In one process the cost goes on from turn to turn, the tokens of each turn are reported for themselves.
        TokenScope = UsageScope.SinceLastReport,
        CostScope = UsageScope.Run,
        Events =
        [
            new(Started, "type=system & subtype=init") { Model = "model" },
            new(Retrying, "type=system & subtype=api_retry") { Status = "error_status", Reason = "error" },
            new(Notice, "type=system & subtype=model_fallback") { Reason = "subtype" },
            new(Message, "type=assistant & message.content[].type=text") { Text = "message.content[].text" },
            new(ToolCall, "type=assistant & message.content[].type=tool_use")
            {
                Tool = "message.content[].name", CallId = "message.content[].id", Text = "message.content[].input",
            },
            new(ToolResult, "type=user & message.content[].type=tool_result")
            {
                CallId = "message.content[].tool_use_id", Text = "message.content[].content", Failed = "message.content[].is_error=true",
            },
            new(AgentEventKind.Usage, "type=result")
            {
                InputTokens = "usage.input_tokens", OutputTokens = "usage.output_tokens",
                CacheReadTokens = "usage.cache_read_input_tokens", CacheWriteTokens = "usage.cache_creation_input_tokens", CostUsd = "total_cost_usd",
            },
            // A subtype of success says nothing: an error of the API has it too.
            new(Finished, "type=result & is_error=false") { Text = "result", Reason = "terminal_reason", DeniedTools = "permission_denials[].tool_name" },
            new(Finished, "type=result & is_error!=false & subtype=success")
            {
                Text = "result", Reason = "terminal_reason", Status = "api_error_status", Failed = "type=result",
            },
            new(Finished, "type=result & is_error!=false & subtype!=success")
            {
                Text = "errors[]", Reason = "terminal_reason", Failed = "type=result",
            },
        ],
    };
}
