using DurableAgentTasks.Agents.Processes;
using static DurableAgentTasks.Agents.Profiles.AgentEventKind;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>GitHub Copilot CLI, observed with 1.0.102. It names its session only at the end, and reports no tokens.</summary>
internal static class CopilotProfile
{
    public static AgentProfile Value { get; } = new()
    {
        Name = "copilot",
        Command = "copilot",
        Package = new AgentPackage("@github/copilot", "@github/copilot-{os}{libc}-{cpu}/copilot{exe}"),
        PromptFromInput = "",
        FreshArguments =
        [
            ["-p", "{prompt}"], ["--output-format", "json", "--no-auto-update"], ["--session-id={session}"], ["--model", "{model}"],
            ["-C", "{directory}"], ["{arguments}"],
        ],
        ResumeArguments =
        [
            ["-p", "{prompt}"], ["--output-format", "json", "--no-auto-update"], ["--resume={session}"], ["--model", "{model}"],
            ["-C", "{directory}"], ["{arguments}"],
        ],
        // Only this one makes it write its final event.
        Interrupt = PoliteSignal.Terminate,
        SessionId = "sessionId",
        Events =
        [
            new(Started, "type=user.message"),
            new(Message, "type=assistant.message & data.content!=") { Text = "data.content" },
            new(ToolCall, "type=tool.execution_start") { Tool = "data.toolName", CallId = "data.toolCallId", Text = "data.arguments" },
            new(ToolResult, "type=tool.execution_complete")
            {
                CallId = "data.toolCallId", Text = "data.result.content", Failed = "data.success=false",
            },
            new(Retrying, "type=assistant.turn_retry") { Reason = "data.reason" },
            new(Error, "type=session.error") { Text = "data.message", Reason = "data.errorType", Status = "data.statusCode" },
            // It exits 0 after it.
            new(Finished, "type=abort") { Reason = "data.reason", Failed = "type=abort" },
            new(Finished, "type=result") { Failed = "exitCode!=0" },
        ],
    };
}
