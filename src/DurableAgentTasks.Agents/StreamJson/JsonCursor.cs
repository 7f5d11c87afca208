using System.Buffers;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// Moves forward through the bytes of a JSON text. What is passed over is not read: of it only quotes and brackets count, so that it
/// costs little however long or deep it is.
/// </summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> Scalars = SearchValues.Create("0123456789+-.eEtrufalsn"u8);
    private static readonly SearchValues<byte> Numbers = SearchValues.Create("0123456789+-.eE"u8);

    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>Where it is, from the beginning of the text.</summary>
    public int At { get; private set; }

    public readonly bool IsAtEnd => At == _json.Length;

    /// <summary>The next byte that is no space; 0 at the end.</summary>
    public byte Peek()
    {
        for (; At < _json.Length; At++)
        {
            if (_json[At] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) return _json[At];
        }

        return 0;
    }

    public bool TryTake(byte expected)
    {
        if (Peek() != expected) return false;
        At++;
        return true;
    }

    /// <param name="inside">The bytes between the quotes, as they stand.</param>
    /// <param name="escaped">Whether there are escapes among them.</param>
    public bool TryReadString(out ReadOnlySpan<byte> inside, out bool escaped)
    {
        inside = [];
        escaped = false;
        if (!TryTake((byte)'"')) return false;
        var start = At;
        if (!TryPassString(out escaped)) return false;
        inside = _json[start..(At - 1)];
        return true;
    }

    /// <summary>False if it is none, or the text ends before it; <see cref="IsAtEnd"/> tells which.</summary>
    public bool TryPassValue()
    {
        if (Peek() is (byte)'{' or (byte)'[') return TryPassContainer();
        return TryTake((byte)'"') ? TryPassString(out _) : TryPassScalar();
    }

    /// <summary>From behind the opening quote to behind the closing one.</summary>
    private bool TryPassString(out bool escaped)
    {
        escaped = false;
        while (_json[At..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var distance)
        {
            At += distance + 1;
            if (_json[At - 1] == '"') return true;
            escaped = true;
            if (IsAtEnd) return false;
            At++;
        }

        At = _json.Length;
        return false;
    }

    private bool TryPassContainer()
    {
        var depth = 0;
        while (_json[At..].IndexOfAny(Marks) is >= 0 and var distance)
        {
            var mark = _json[At + distance];
            At += distance + 1;
            if (mark is (byte)'{' or (byte)'[') depth++;
            else if (mark != '"') depth--;
            else if (!TryPassString(out _)) return false;
            if (depth == 0) return true;
        }

        At = _json.Length;
        return false;
    }

    private bool TryPassScalar()
    {
        var rest = _json[At..];
        var length = rest.IndexOfAnyExcept(Scalars);
        var scalar = length < 0 ? rest : rest[..length];
        At += scalar.Length;

        // At the end of the text it may be cut off: an object goes on behind it.
        if (scalar.IsEmpty || IsAtEnd) return false;
        return scalar.SequenceEqual("true"u8) || scalar.SequenceEqual("false"u8) || scalar.SequenceEqual("null"u8) || !scalar.ContainsAnyExcept(Numbers);
    }
}
