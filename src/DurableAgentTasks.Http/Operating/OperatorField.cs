using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Http.Operating;

/// <summary>A field of what operators send along; all are texts.</summary>
/// <param name="Name">In JSON.</param>
/// <param name="Rule">What it must be, for messages.</param>
/// <param name="Read">The command with it; <see langword="null"/> if the text is not what it must be.</param>
internal sealed record OperatorField(string Name, string Rule, Func<OperatorCommand, string, OperatorCommand?> Read)
{
    private const int MaxReason = 1_000;
    private const int MaxStepId = 200;

    public static readonly OperatorField Reason = new(
        "reason",
        $"must be a text of at most {MaxReason:N0} characters.",
        (command, text) => text.Length <= MaxReason ? command with { Reason = text } : null);

    public static readonly OperatorField Mode = new(
        "mode",
        $"must be one of {WireName.List<PauseMode>()}.",
        (command, text) => WireName.TryParse<PauseMode>(text, out var mode) ? command with { Mode = mode } : null);

    public static readonly OperatorField CheckpointId = new(
        "checkpointId",
        $"must be the id of a checkpoint, {Core.Checkpoints.CheckpointId.Length} hex digits in lower case; leave it out to go on with the tree as it is.",
        (command, text) => Core.Checkpoints.CheckpointId.TryParse(text, out _) ? command with { CheckpointId = text } : null);

    public static readonly OperatorField Duration = new(
        "duration",
        $"must be an ISO 8601 duration such as PT30M, more than PT0S and at most {Core.Json.Duration.Format(TimeoutRule.Longest)}.",
        (command, text) => Core.Json.Duration.TryParse(text, out var by) && by > TimeSpan.Zero && by <= TimeoutRule.Longest ? command with { Duration = by } : null)
    {
        IsRequired = true,
    };

    public static readonly OperatorField Scope = new(
        "scope",
        $"must be one of {WireName.List<ExtensionScope>()}.",
        (command, text) => WireName.TryParse<ExtensionScope>(text, out var scope) ? command with { Scope = scope } : null);

    public static readonly OperatorField StepId = new(
        "stepId",
        "must be the id of a step, such as 1.2; leave it out to mean the one that waits.",
        (command, text) => text.Length is > 0 and <= MaxStepId ? command with { StepId = text } : null);

    /// <summary>Whether nothing can be asked without it.</summary>
    public bool IsRequired { get; private init; }
}
