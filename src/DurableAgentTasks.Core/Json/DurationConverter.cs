using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace DurableAgentTasks.Core.Json;

/// <summary>Durations as ISO 8601 (<c>PT1H30M</c>).</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Duration.TryParse(reader.GetString(), out var value)
            ? value
            : throw new JsonException("A duration is written as ISO 8601, such as PT1H30M.");

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Duration.Format(value));
}

/// <summary>ISO 8601 durations of days, hours, minutes and seconds. Years and months are refused: their length is not fixed.</summary>
public static class Duration
{
    public static string Format(TimeSpan value) => XmlConvert.ToString(value);

    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        if (text is null || text.Length > 40) return false;
        var date = text.AsSpan(0, text.IndexOf('T') is var t && t >= 0 ? t : text.Length);
        if (date.ContainsAny('Y', 'M')) return false;
        try
        {
            value = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return false;
        }
    }
}
