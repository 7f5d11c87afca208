using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Recovery;
using static DurableAgentTasks.Agents.Profiles.AgentEventKind;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Gemini CLI, observed with 0.61.0.</summary>
internal static class GeminiProfile
{
    public static AgentProfile Value { get; } = new()
    {
        Name = "gemini",
        Command = "gemini",
        Package = new AgentPackage("@google/gemini-cli"),
        PromptFromInput = "",
        FreshArguments = [["-p", "{prompt}"], ["-o", "stream-json"], ["--session-id", "{session}"], ["-m", "{model}"], ["{arguments}"]],
        ResumeArguments = [["-p", "{prompt}"], ["-o", "stream-json"], ["--resume", "{session}"], ["-m", "{model}"], ["{arguments}"]],
        // Else a parent process stands between us and the agent that takes no signals.
        Environment = new Dictionary<string, string> { ["GEMINI_CLI_NO_RELAUNCH"] = "true" },
        Interrupt = PoliteSignal.Terminate,
        SessionId = "session_id",
        // An HTTP status becomes the exit code modulo 256.
        ExitCodes = new Dictionary<int, FailureClass>
        {
            [41] = FailureClass.Auth, [42] = FailureClass.StartUp, [53] = FailureClass.Limits,
            [400 & 0xff] = FailureClass.Rejected, [401 & 0xff] = FailureClass.Auth,
        },
        Events =
        [
            new(Started, "type=init") { Model = "model" },
            new(Message, "type=message & role=assistant") { Text = "content", Partial = "delta=true" },
            new(ToolCall, "type=tool_use") { Tool = "tool_name", CallId = "tool_id", Text = "parameters" },
            new(ToolResult, "type=tool_result") { CallId = "tool_id", Text = "output", Failed = "status=error" },
            new(Error, "type=error") { Text = "message" },
            new(AgentEventKind.Usage, "type=result")
            {
                InputTokens = "stats.input_tokens", OutputTokens = "stats.output_tokens", CacheReadTokens = "stats.cached",
            },
            new(Finished, "type=result") { Reason = "error.type", Text = "error.message", Failed = "status!=success" },
        ],
    };
}
