using System.Runtime.InteropServices;
using System.Text.Json;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// Finds the wanted fields of one JSON object in a single pass. Nothing is decoded until it is asked for. The depth of the object does
/// not matter: only as deep as the wanted paths go is there recursion.
/// </summary>
internal sealed class FieldReader(FieldPaths paths)
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>No event has nearly as many wanted fields; the rest of an absurd line is passed over.</summary>
    private const int MostValues = 4096;

    private readonly List<FieldValue> _values = [];

    /// <summary>Valid until the next object is read.</summary>
    public ReadOnlySpan<FieldValue> Values => CollectionsMarshal.AsSpan(_values);

    /// <param name="json">An object.</param>
    /// <param name="shortened">The end of it is missing; what was found before is good, and of a string that is cut off its beginning.</param>
    /// <returns>False if it is no JSON object.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, bool shortened)
    {
        _values.Clear();
        var reader = new Utf8JsonReader(json, isFinalBlock: !shortened, new JsonReaderState(AnyDepth));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            if (!TryReadObject(json, ref reader, paths.Root, element: -1)) return shortened;
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool TryReadObject(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, FieldPaths.Node node, int element)
    {
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject) return true;
            var child = node.Find(ref reader);
            if (!reader.Read())
            {
                if (child?.Path is { } path) AddBeginning(json, (int)reader.BytesConsumed, path, element);
                return false;
            }

            if (!(child is null ? reader.TrySkip() : TryReadValue(json, ref reader, child, element))) return false;
        }

        return false;
    }

    private bool TryReadValue(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, FieldPaths.Node node, int element)
    {
        var type = reader.TokenType;
        if (node.Path is { } path)
        {
            var start = (int)reader.TokenStartIndex;
            var end = reader;
            if (!end.TrySkip()) return false;
            if (type != JsonTokenType.Null && _values.Count < MostValues) _values.Add(new FieldValue(path, element, start, (int)end.BytesConsumed - start, type));
            if (node.IsLeaf)
            {
                reader = end;
                return true;
            }
        }

        return type switch
        {
            JsonTokenType.StartObject => TryReadObject(json, ref reader, node, element),
            JsonTokenType.StartArray when node.Element is { } each => TryReadArray(json, ref reader, each, element),
            _ => reader.TrySkip(),
        };
    }

    /// <summary>Fields inside nested arrays belong to the element of the outermost one.</summary>
    private bool TryReadArray(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, FieldPaths.Node each, int outer)
    {
        for (var index = 0; reader.Read(); index++)
        {
            if (reader.TokenType == JsonTokenType.EndArray) return true;
            if (!TryReadValue(json, ref reader, each, outer < 0 ? index : outer)) return false;
        }

        return false;
    }

    private void AddBeginning(ReadOnlySpan<byte> json, int from, int path, int element)
    {
        while (from < json.Length && json[from] is (byte)':' or (byte)' ') from++;
        if (from < json.Length && json[from] == '"')
            _values.Add(new FieldValue(path, element, from, json.Length - from, JsonTokenType.String) { IsCutOff = true });
    }
}

/// <param name="Path">The number of its path.</param>
/// <param name="Element">The index in the array it was found in; -1 outside of arrays.</param>
/// <param name="Start">Where it begins in the object.</param>
/// <param name="Length">In bytes, with the quotes of a string.</param>
/// <param name="Type">The token it begins with.</param>
internal readonly record struct FieldValue(int Path, int Element, int Start, int Length, JsonTokenType Type)
{
    public bool IsCutOff { get; init; }

    /// <summary>The bytes as they stand, of a string those between its quotes.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> json) =>
        Type == JsonTokenType.String ? json.Slice(Start + 1, Length - (IsCutOff ? 1 : 2)) : json.Slice(Start, Length);

    /// <summary>The text of a string, the JSON of anything else.</summary>
    public string Text(ReadOnlySpan<byte> json) =>
        Type == JsonTokenType.String ? JsonText.Decode(Raw(json)) : System.Text.Encoding.UTF8.GetString(Raw(json));
}
