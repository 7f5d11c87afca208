using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Json;

/// <summary>A task id as its text.</summary>
internal sealed class TaskIdConverter : JsonConverter<TaskId>
{
    public override TaskId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TaskId.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException(TaskId.Rule);

    public override void Write(Utf8JsonWriter writer, TaskId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
