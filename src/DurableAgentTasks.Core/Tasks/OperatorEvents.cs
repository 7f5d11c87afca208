using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>The external events operators raise on <c>RunTask</c>; raising them natively has the same effect as our endpoints.</summary>
public static class OperatorEvents
{
    public const string Cancel = "cancel";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Extend = "extend";
    public const string Checkpoint = "checkpoint";
    public const string Approve = "approve";
    public const string Reject = "reject";
}

/// <param name="By">Who, as the credential names them; <see langword="null"/> if the event was raised natively and does not say.</param>
/// <param name="Reason">Why, in their words.</param>
public sealed record OperatorCommand(string? By, string? Reason)
{
    /// <summary>Of a pause; <see cref="PauseMode.Stop"/> unless said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PauseMode? Mode { get; init; }

    /// <summary>Of a pause: everything on the host was stopped, and only an operator resumes the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Emergency { get; init; }

    /// <summary>Of a resume: the checkpoint whose tree is restored first; <see langword="null"/> goes on with the tree as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CheckpointId { get; init; }

    /// <summary>Of an extension: by how much, more than zero.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Duration { get; init; }

    /// <summary>Of an extension; <see cref="ExtensionScope.Task"/> unless said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ExtensionScope? Scope { get; init; }

    /// <summary>Of an approval or a rejection: the step that was judged; <see langword="null"/> is the one that waits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StepId { get; init; }
}

public enum PauseMode
{
    /// <summary>The attempt that runs may end by itself; then the task pauses.</summary>
    Drain,

    /// <summary>What runs is stopped now. An agent goes on in its session when the task is resumed; a command runs again.</summary>
    Stop,

    /// <summary>What runs stands still where it is, for a short break; after 10 min it is stopped.</summary>
    Freeze,
}

/// <summary>Whose deadline is extended.</summary>
public enum ExtensionScope
{
    Task,
    Phase,
}
