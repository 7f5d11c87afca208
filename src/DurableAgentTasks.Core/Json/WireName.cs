using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Json;

/// <summary>The names of enum values as they stand in JSON, addresses and messages: <c>in_progress</c>, <c>inPlace</c>.</summary>
public static class WireName
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        PolicyOf(typeof(TEnum)).ConvertName(value.ToString());

    /// <summary>Exact names only: no numbers, no other case.</summary>
    public static bool TryParse<TEnum>(string? text, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            value = candidate;
            if (Of(candidate) == text) return true;
        }

        value = default;
        return false;
    }

    /// <summary>All names, in the order of their declaration, with commas between.</summary>
    public static string List<TEnum>()
        where TEnum : struct, Enum =>
        string.Join(", ", Enum.GetValues<TEnum>().Select(Of));

    /// <summary>Snake case, but for the one enum whose names the API has in camel case.</summary>
    internal static JsonNamingPolicy PolicyOf(Type type) =>
        type == typeof(WorkspaceIsolation) ? JsonNamingPolicy.CamelCase : JsonNamingPolicy.SnakeCaseLower;
}
