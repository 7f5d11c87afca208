using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>What one generation of <c>RunTask</c> hands to the next.</summary>
public sealed record TaskRun
{
    /// <summary>Tells it from the body of a start; a change of its shape raises it.</summary>
    public int RunTaskVersion { get; init; } = 1;

    public required TaskOutline Outline { get; init; }

    public required TaskState State { get; init; }

    /// <summary>The number of the timeline's next entry.</summary>
    public required long NextEntry { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Phases that are over.</summary>
    public int PhasesDone { get; init; }

    public int StepsCompleted { get; init; }

    public int StepsSkipped { get; init; }

    /// <summary>The run a later generation goes on with, or <see langword="null"/> if <paramref name="input"/> is a start's body.</summary>
    public static TaskRun? Continued(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("runTaskVersion", out _)
            ? input.Deserialize<TaskRun>(TaskJson.Options)
            : null;
}
