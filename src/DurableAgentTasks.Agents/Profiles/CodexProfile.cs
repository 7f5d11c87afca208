using static DurableAgentTasks.Agents.Profiles.AgentEventKind;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// Codex CLI, observed with 0.169.0. All options stand before <c>resume</c>: behind it <c>-s</c>, <c>-C</c> and others are not understood,
/// before it they hold for the resumed session too.
/// </summary>
internal static class CodexProfile
{
    private const string Tools = "item.type=command_execution|file_change|mcp_tool_call|web_search";

    public static AgentProfile Value { get; } = new()
    {
        Name = "codex",
        Command = "codex",
        Package = new AgentPackage("@openai/codex", "@openai/codex-{os}-{cpu}/vendor/{target}/bin/codex{exe}"),
        PromptFromInput = "-",
        FreshArguments = [["exec", "--json"], ["-m", "{model}"], ["-C", "{directory}"], ["{arguments}"], ["{prompt}"]],
        ResumeArguments =
        [
            ["exec", "--json"], ["-m", "{model}"], ["-C", "{directory}"], ["{arguments}"], ["resume", "{session}"], ["{prompt}"],
        ],
        SessionId = "thread_id",
        Transcript = new TranscriptPlace("CODEX_HOME", ".codex", "sessions/*/*/*/rollout-*-{session}.jsonl"),
        TokenScope = UsageScope.Session,
        Events =
        [
            new(Started, "type=thread.started"),
            new(Message, "type=item.completed & item.type=agent_message") { Text = "item.text" },
            new(ToolCall, $"type=item.started & {Tools}") { Tool = "item.type", CallId = "item.id", Text = "item.command" },
            new(ToolResult, $"type=item.completed & {Tools}")
            {
                Tool = "item.type", CallId = "item.id", Text = "item.aggregated_output", Failed = "item.status=failed|declined",
            },
            new(Notice, "type=item.completed & item.type=error") { Text = "item.message" },
            new(Retrying, "type=error & message=Reconnecting*") { Text = "message" },
            new(Error, "type=error & message!=Reconnecting*") { Text = "message" },
            new(AgentEventKind.Usage, "type=turn.completed")
            {
                InputTokens = "usage.input_tokens", OutputTokens = "usage.output_tokens",
                CacheReadTokens = "usage.cached_input_tokens", CacheWriteTokens = "usage.cache_write_input_tokens",
            },
            new(Finished, "type=turn.completed"),
            new(Finished, "type=turn.failed") { Text = "error.message", Failed = "type=turn.failed" },
        ],
    };
}
