namespace DurableAgentTasks.Agents.Profiles;

/// <summary>The agents that are known from the start. <see cref="Shell"/> and any other line printer are told by their exit code alone.</summary>
public static class AgentProfiles
{
    public static AgentProfile Claude => ClaudeProfile.Value;

    public static AgentProfile Codex => CodexProfile.Value;

    public static AgentProfile Gemini => GeminiProfile.Value;

    public static AgentProfile OpenCode => OpenCodeProfile.Value;

    public static AgentProfile Copilot => CopilotProfile.Value;

    /// <summary>A command for the POSIX shell. <see cref="Processes.ShellCommand"/> is for Windows and for texts too long for an argument.</summary>
    public static AgentProfile Shell { get; } = new() { Name = "shell", Command = "/bin/sh", FreshArguments = [["-c", "{prompt}"]] };

    /// <summary>Where the description of an operator's own CLI begins: the prompt is its last argument and each line it prints a message.</summary>
    public static AgentProfile Generic { get; } = new()
    {
        Name = "generic", Command = "", FreshArguments = [["{arguments}"], ["{prompt}"]], PlainLines = AgentEventKind.Message,
    };

    public static IReadOnlyDictionary<string, AgentProfile> ByName { get; } =
        new[] { Claude, Codex, Gemini, OpenCode, Copilot, Shell, Generic }.ToDictionary(profile => profile.Name, StringComparer.OrdinalIgnoreCase);
}
