namespace DurableAgentTasks.Agents.Profiles;

/// <summary>What every agent CLI tells, each in its own words.</summary>
public enum AgentEventKind
{
    /// <summary>The agent began to work; some CLIs say so at each of its turns.</summary>
    Started,

    /// <summary>Text of the agent.</summary>
    Message,
    ToolCall,
    ToolResult,
    Usage,

    /// <summary>A call of the model failed and is tried again by the CLI itself.</summary>
    Retrying,

    /// <summary>Something failed; the CLI may go on after it.</summary>
    Error,

    /// <summary>The agent says that it is done, or why not.</summary>
    Finished,

    /// <summary>A warning of the CLI, or a line that is no event of it.</summary>
    Notice,
}

/// <summary>One event of an agent. Which fields are given depends on the kind and on the CLI.</summary>
public sealed record AgentEvent(AgentEventKind Kind)
{
    /// <summary>Where its line begins in the stream, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>The message, the input or output of the tool, the error; what a tool gets as JSON stays JSON.</summary>
    public string? Text { get; init; }

    public string? SessionId { get; init; }

    public string? Model { get; init; }

    public string? Tool { get; init; }

    public string? CallId { get; init; }

    /// <summary>The error flag of a tool result or of the end.</summary>
    public bool Failed { get; init; }

    /// <summary>More of the same message follows.</summary>
    public bool Partial { get; init; }

    /// <summary>The HTTP status of the model API.</summary>
    public int? Status { get; init; }

    /// <summary>The CLI's own word for it, such as <c>error_max_turns</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>Tools that the agent wanted and was not allowed, separated by <c>, </c>.</summary>
    public string? DeniedTools { get; init; }

    public AgentUsage? Usage { get; init; }

    /// <summary>The line was too long to be kept; the log has it whole.</summary>
    public bool Shortened { get; init; }

    /// <summary>The stream ended without a newline after it.</summary>
    public bool Unterminated { get; init; }
}
