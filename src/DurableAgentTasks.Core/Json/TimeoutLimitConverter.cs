using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Json;

/// <summary>A limit as a duration, or <c>null</c> for none. One that is not set is left out, so that the two stay apart.</summary>
internal sealed class TimeoutLimitConverter : JsonConverter<TimeoutLimit>
{
    public override bool HandleNull => true;

    public override TimeoutLimit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(JsonSerializer.Deserialize<TimeSpan?>(ref reader, options));

    public override void Write(Utf8JsonWriter writer, TimeoutLimit value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Duration, options);
}
