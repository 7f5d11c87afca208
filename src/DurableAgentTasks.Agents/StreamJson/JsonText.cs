using System.Buffers;
using System.Globalization;
using System.Text;

namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// Reads the inside of a JSON string without ever throwing, as the framework does at invalid UTF-8, a lone surrogate or a string cut off
/// in the middle of an escape: what is wrong becomes U+FFFD or stays as it stands.
/// </summary>
internal static class JsonText
{
    public static string Decode(ReadOnlySpan<byte> inside)
    {
        if (!inside.Contains((byte)'\\')) return Encoding.UTF8.GetString(inside);
        var text = new ArrayBufferWriter<char>(inside.Length);
        Decode(inside, text);
        return new string(text.WrittenSpan);
    }

    public static void Decode(ReadOnlySpan<byte> inside, IBufferWriter<char> text)
    {
        while (inside.IndexOf((byte)'\\') is >= 0 and var next)
        {
            Encoding.UTF8.GetChars(inside[..next], text);
            inside = inside[(next + Unescape(inside[next..], text))..];
        }

        Encoding.UTF8.GetChars(inside, text);
    }

    /// <returns>How many bytes the escape has.</returns>
    private static int Unescape(ReadOnlySpan<byte> escape, IBufferWriter<char> text)
    {
        if (escape.Length < 2) return escape.Length;
        if (escape[1] == 'u')
        {
            if (escape.Length < 6) return escape.Length;
            text.Write([ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, null, out var unit) ? (char)unit : '\uFFFD']);
            return 6;
        }

        text.Write([escape[1] switch
        {
            (byte)'n' => '\n',
            (byte)'t' => '\t',
            (byte)'r' => '\r',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            var other => (char)other,
        }]);
        return 2;
    }
}
