using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>JSON without white space, properties in ordinal order: the same document always has the same bytes.</summary>
public static class CanonicalJson
{
    /// <summary>SHA-256 of the canonical form, 64 hex digits in lower case. Numbers count as they are written: 1 is not 1.0.</summary>
    public static string Hash(JsonElement document)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes)) Write(writer, document);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(writer, property.Value);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(element.GetString());
                break;
            default:
                writer.WriteRawValue(element.GetRawText());
                break;
        }
    }
}
