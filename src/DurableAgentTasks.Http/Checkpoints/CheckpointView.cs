using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Checkpoints;

/// <summary>A checkpoint as the API shows it; see <see cref="Checkpoint"/>.</summary>
public sealed record CheckpointView
{
    public required string Id { get; init; }

    /// <summary>From 1, in the order they were taken.</summary>
    public required int Number { get; init; }

    public required CheckpointType Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Description { get; init; }

    public required string? Reason { get; init; }

    public required int? PhaseId { get; init; }

    public required IReadOnlyList<string> CompletedSteps { get; init; }

    public required IReadOnlyList<string> PendingSteps { get; init; }

    public required IReadOnlyDictionary<string, AgentSession> Sessions { get; init; }

    public required int FilesModified { get; init; }

    public required long LinesChanged { get; init; }

    public required string Commit { get; init; }

    public required string Ref { get; init; }

    public required CheckpointBundle? Bundle { get; init; }

    /// <summary>Bytes of the bundle.</summary>
    public required long Size { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChangedFile>? Files { get; init; }

    /// <summary>Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LeftOutFile>? LeftOut { get; init; }

    /// <summary>Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NestedRepository>? Nested { get; init; }

    /// <summary>The plan as <c>todo.md</c>; not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Todo { get; init; }

    /// <summary>Of the steps; the values of secrets are <see langword="null"/>. Not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>As one of many.</summary>
    public static CheckpointView InList(Checkpoint checkpoint) => new()
    {
        Id = checkpoint.Id.Value,
        Number = checkpoint.Number,
        Type = checkpoint.Type,
        At = checkpoint.At,
        Description = checkpoint.Description,
        Reason = checkpoint.Reason,
        PhaseId = checkpoint.PhaseId,
        CompletedSteps = checkpoint.CompletedSteps,
        PendingSteps = checkpoint.PendingSteps,
        Sessions = checkpoint.Sessions,
        FilesModified = checkpoint.FilesModified,
        LinesChanged = checkpoint.LinesChanged,
        Commit = checkpoint.Commit,
        Ref = checkpoint.Ref,
        Bundle = checkpoint.Bundle,
        Size = checkpoint.Size,
        Duration = checkpoint.Duration,
    };

    public static CheckpointView Whole(Checkpoint checkpoint) => InList(checkpoint) with
    {
        Files = checkpoint.Files,
        LeftOut = checkpoint.LeftOut,
        Nested = checkpoint.Nested,
        Todo = checkpoint.Todo,
        Environment = checkpoint.Environment,
    };
}
