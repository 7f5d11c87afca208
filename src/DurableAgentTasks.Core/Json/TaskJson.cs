using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableAgentTasks.Core.Json;

/// <summary>The one way JSON is written and read: camelCase, ISO 8601 times and durations, enums in snake_case, no nulls left out.</summary>
public static class TaskJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Our JSON is read as JSON, never pasted into HTML; "+" and "é" stay readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters =
            {
                new DurationConverter(),
                new JsonStringEnumConverter<Tasks.WorkspaceIsolation>(JsonNamingPolicy.CamelCase, allowIntegerValues: false),
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
