using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>The name of a checkpoint: 16 hex digits in lower case.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct CheckpointId
{
    public const int Length = 16;

    private CheckpointId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out CheckpointId id)
    {
        var valid = text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
        id = valid ? new CheckpointId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException"><paramref name="text"/> is no checkpoint id.</exception>
    public static CheckpointId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A checkpoint id is 16 hex digits in lower case.");

    public override string ToString() => Value;

    private sealed class Converter : JsonConverter<CheckpointId>
    {
        public override CheckpointId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var id)
                ? id
                : throw new JsonException("A checkpoint id is 16 hex digits in lower case.");

        public override void Write(Utf8JsonWriter writer, CheckpointId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
