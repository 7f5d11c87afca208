using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <summary>
/// The input of a generation that goes on with a task whose generation before has failed or was lost; where the task stands it reads
/// from the stored record.
/// </summary>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="CheckpointId">What is restored first; <see langword="null"/> goes on with the tree as it is.</param>
internal sealed record Resurrection(string? By, string? Reason, string? CheckpointId)
{
    /// <summary>Tells it from the body of a start.</summary>
    public bool ReviveTask { get; init; } = true;

    public static string InputFor(OperatorCommand command) =>
        JsonSerializer.Serialize(new Resurrection(command.By, command.Reason, command.CheckpointId), TaskJson.Options);
}
