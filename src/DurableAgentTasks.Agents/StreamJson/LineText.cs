using System.Buffers;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>Takes from a line what terminals are for: colours and other escape sequences, NUL bytes, the byte order mark.</summary>
internal sealed class LineText
{
    private const byte Escape = 0x1b;
    private const byte Bell = 0x07;

    private static readonly SearchValues<byte> Unwanted = SearchValues.Create([0, Escape]);

    private readonly ArrayBufferWriter<byte> _clean = new();

    /// <summary>The line itself if there is nothing to take away; else a copy, valid until the next call.</summary>
    public ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("\uFEFF"u8)) line = line[3..];
        if (!line.ContainsAny(Unwanted)) return line.Trim(" \t\r"u8);

        _clean.ResetWrittenCount();
        while (line.IndexOfAny(Unwanted) is >= 0 and var at)
        {
            _clean.Write(line[..at]);
            line = line[(at + (line[at] == Escape ? SequenceLength(line[at..]) : 1))..];
        }

        _clean.Write(line);
        return _clean.WrittenSpan.Trim(" \t\r"u8);
    }

    /// <summary>Whether a cleaned line looks like a JSON object; what a terminal's <c>$</c> left behind it is cut off.</summary>
    public static bool IsObject(ref ReadOnlySpan<byte> clean)
    {
        if (clean.IsEmpty || clean[0] != '{') return false;
        if (clean[^1] == '$') clean = clean.TrimEnd("$ \t\r"u8);
        return true;
    }

    /// <summary>ECMA-48: ESC [ parameters intermediates final; ESC ] text BEL or ESC \; else ESC and one more byte.</summary>
    private static int SequenceLength(ReadOnlySpan<byte> sequence)
    {
        if (sequence.Length < 2) return sequence.Length;
        if (sequence[1] == '[')
        {
            var final = sequence[2..].IndexOfAnyInRange((byte)0x40, (byte)0x7e);
            return final < 0 ? sequence.Length : final + 3;
        }

        if (sequence[1] != ']') return 2;
        var end = sequence[2..].IndexOfAny(Bell, Escape);
        if (end < 0) return sequence.Length;
        return end + (sequence[end + 2] == Bell ? 3 : Math.Min(4, sequence.Length - end));
    }
}
