using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Json;

/// <summary>Durations as ISO 8601 (<c>PT1H30M</c>).</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Duration.TryParse(reader.GetString(), out var value)
            ? value
            : throw new JsonException("A duration is written as ISO 8601, such as PT1H30M.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Duration.Format(value));
}
