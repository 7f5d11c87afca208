using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Management;

/// <summary>An instance in the shape Durable Functions gives it.</summary>
/// <param name="Name">Of its orchestration.</param>
/// <param name="InstanceId">The task's id.</param>
/// <param name="RuntimeStatus">The engine's word; what the task does stands in <paramref name="CustomStatus"/>.</param>
/// <param name="Input">Of its present generation; <see langword="null"/> if it was not asked for.</param>
/// <param name="CustomStatus">The state of the task, its detail and progress.</param>
/// <param name="Output">What it returned; a text if it failed or was terminated.</param>
/// <param name="CreatedTime">In UTC, to the second.</param>
/// <param name="LastUpdatedTime">In UTC, to the second.</param>
/// <param name="HistoryEvents">Only if it was asked for.</param>
public sealed record InstanceView(
    string Name,
    string InstanceId,
    string RuntimeStatus,
    JsonElement? Input,
    JsonElement? CustomStatus,
    JsonElement? Output,
    string CreatedTime,
    string LastUpdatedTime,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<HistoryEventView>? HistoryEvents)
{
    internal static InstanceView Of(OrchestrationInstance instance, bool input, IReadOnlyList<HistoryEventView>? history = null) => new(
        instance.Name,
        instance.InstanceId,
        instance.Status.ToString(),
        input ? JsonOf(instance.Input) : null,
        JsonOf(instance.CustomStatus),
        instance.Status == Core.Tasks.RuntimeStatus.Completed ? JsonOf(instance.Output) : TextOf(instance.Failure),
        Seconds(instance.CreatedAt),
        Seconds(instance.LastUpdatedAt),
        history);

    /// <summary>A payload as it is, or as a text if it is no JSON.</summary>
    internal static JsonElement? JsonOf(string? payload)
    {
        if (payload is null) return null;
        try
        {
            return JsonElement.Parse(payload);
        }
        catch (JsonException)
        {
            return TextOf(payload);
        }
    }

    private static JsonElement? TextOf(string? text) => text is null ? null : JsonSerializer.SerializeToElement(text);

    private static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
