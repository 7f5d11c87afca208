using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// Finds the wanted fields of one JSON object in a single pass. Nothing is decoded until it is asked for. The depth of the object does
/// not matter: only as deep as the wanted paths go is there recursion. What is not wanted is passed over, whether it is good JSON or not.
/// </summary>
/// <param name="paths">All that are wanted.</param>
internal sealed class FieldReader(FieldPaths paths)
{
    /// <summary>No event has nearly as many wanted fields; the rest of an absurd line is passed over.</summary>
    private const int MostValues = 4096;

    private readonly List<FieldValue> _values = [];
    private readonly int[] _first = new int[paths.Count];
    private readonly int[] _last = new int[paths.Count];

    /// <summary>Valid until the next object is read.</summary>
    public ReadOnlySpan<FieldValue> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>By path, where in <see cref="Values"/> its first one is; -1 if it has none.</summary>
    public ReadOnlySpan<int> First => _first;

    /// <param name="json">An object.</param>
    /// <param name="shortened">The end of it is missing; what was found before is good, and of a string that is cut off its beginning.</param>
    /// <returns>False if it is no JSON object.</returns>
    public bool TryRead(ReadOnlySpan<byte> json, bool shortened)
    {
        _values.Clear();
        Array.Fill(_first, -1);
        var cursor = new JsonCursor(json);
        if (cursor.Peek() != '{') return false;
        if (!TryReadObject(ref cursor, paths.Root, element: -1)) return shortened && cursor.IsAtEnd;
        cursor.Peek();
        return cursor.IsAtEnd;
    }

    private bool TryReadObject(ref JsonCursor json, FieldPaths.Node node, int element)
    {
        if (!json.TryTake((byte)'{')) return false;
        if (json.TryTake((byte)'}')) return true;
        do
        {
            if (!json.TryReadString(out var name, out var escaped) || !json.TryTake((byte)':')) return false;
            if (!(node.Find(name, escaped) is { } child ? TryReadValue(ref json, child, element) : json.TryPassValue())) return false;
        }
        while (json.TryTake((byte)','));
        return json.TryTake((byte)'}');
    }

    private bool TryReadValue(ref JsonCursor json, FieldPaths.Node node, int element)
    {
        var type = TypeOf(json.Peek());
        var isRead = type == JsonTokenType.StartObject ? node.HasChildren : type == JsonTokenType.StartArray && node.Element is not null;
        if (node.Path is { } path)
        {
            var end = json;
            var whole = end.TryPassValue();
            if (whole || type == JsonTokenType.String) Add(new FieldValue(path, element, json.At, end.At - json.At, type) { IsCutOff = !whole });
            if (!whole || !isRead)
            {
                json = end;
                return whole;
            }
        }

        if (!isRead) return json.TryPassValue();
        return type == JsonTokenType.StartObject ? TryReadObject(ref json, node, element) : TryReadArray(ref json, node.Element!, element);
    }

    /// <summary>Fields inside nested arrays belong to the element of the outermost one.</summary>
    private bool TryReadArray(ref JsonCursor json, FieldPaths.Node each, int outer)
    {
        if (!json.TryTake((byte)'[')) return false;
        if (json.TryTake((byte)']')) return true;
        var index = 0;
        do
        {
            if (!TryReadValue(ref json, each, outer < 0 ? index : outer)) return false;
            index++;
        }
        while (json.TryTake((byte)','));
        return json.TryTake((byte)']');
    }

    private void Add(FieldValue value)
    {
        if (value.Type == JsonTokenType.Null || _values.Count == MostValues) return;
        if (_first[value.Path] < 0) _first[value.Path] = _values.Count;
        else CollectionsMarshal.AsSpan(_values)[_last[value.Path]].Next = _values.Count;
        _last[value.Path] = _values.Count;
        _values.Add(value);
    }

    private static JsonTokenType TypeOf(byte first) => first switch
    {
        (byte)'{' => JsonTokenType.StartObject,
        (byte)'[' => JsonTokenType.StartArray,
        (byte)'"' => JsonTokenType.String,
        (byte)'t' => JsonTokenType.True,
        (byte)'f' => JsonTokenType.False,
        (byte)'n' => JsonTokenType.Null,
        _ => JsonTokenType.Number,
    };
}

/// <param name="Path">The number of its path.</param>
/// <param name="Element">The index in the array it was found in; -1 outside of arrays.</param>
/// <param name="Start">Where it begins in the object.</param>
/// <param name="Length">In bytes, with the quotes of a string.</param>
/// <param name="Type">The token it begins with.</param>
internal record struct FieldValue(int Path, int Element, int Start, int Length, JsonTokenType Type)
{
    public bool IsCutOff { get; init; }

    /// <summary>Where the next value of the same path is; -1 if there is none.</summary>
    public int Next { get; set; } = -1;

    /// <summary>The bytes as they stand, of a string those between its quotes.</summary>
    public readonly ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> json) =>
        Type == JsonTokenType.String ? json.Slice(Start + 1, Length - (IsCutOff ? 1 : 2)) : json.Slice(Start, Length);

    /// <summary>The text of a string, the JSON of anything else.</summary>
    public readonly string Text(ReadOnlySpan<byte> json) =>
        Type == JsonTokenType.String ? JsonText.Decode(Raw(json)) : Encoding.UTF8.GetString(Raw(json));

    /// <summary>Writes what <see cref="Text"/> gives.</summary>
    public readonly void WriteText(ReadOnlySpan<byte> json, IBufferWriter<char> text)
    {
        if (Type == JsonTokenType.String) JsonText.Decode(Raw(json), text);
        else Encoding.UTF8.GetChars(Raw(json), text);
    }
}
