using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Output;

/// <summary>What is shown of a checkpoint.</summary>
internal sealed record CheckpointRow(
    string Id,
    int Number,
    CheckpointType Type,
    DateTimeOffset At,
    string Description,
    string? Reason,
    IReadOnlyList<string> CompletedSteps,
    IReadOnlyList<string> PendingSteps,
    int FilesModified,
    long LinesChanged,
    long Size,
    string Commit,
    string Ref)
{
    public IReadOnlyList<ChangedFile> Files { get; init; } = [];

    public IReadOnlyList<LeftOutFile> LeftOut { get; init; } = [];

    public static CheckpointRow Read(JsonElement answer) => answer.Deserialize<CheckpointRow>(TaskJson.Options)!;
}
