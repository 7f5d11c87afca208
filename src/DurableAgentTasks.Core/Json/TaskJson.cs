using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Json;

/// <summary>
/// The one way JSON is written and read: camelCase, ISO 8601 times and durations, enums by <see cref="WireName"/>, and nulls
/// written out where not said otherwise.
/// </summary>
public static class TaskJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            // Our JSON is read as JSON, never pasted into HTML; "+" and "é" stay readable.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // "5" is no number: what is refused in a request is not accepted elsewhere.
            NumberHandling = JsonNumberHandling.Strict,
            Converters =
            {
                new DurationConverter(),
                new UtcTimeConverter(),
                new TaskIdConverter(),
                new TimeoutLimitConverter(),
                new JsonStringEnumConverter<WorkspaceIsolation>(WireName.PolicyOf(typeof(WorkspaceIsolation)), allowIntegerValues: false),
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
