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
        var next = inside.IndexOf((byte)'\\');
        if (next < 0) return Encoding.UTF8.GetString(inside);

        var text = new StringBuilder(inside.Length);
        while (next >= 0)
        {
            text.Append(Encoding.UTF8.GetString(inside[..next]));
            inside = inside[(next + Unescape(inside[next..], text))..];
            next = inside.IndexOf((byte)'\\');
        }

        return text.Append(Encoding.UTF8.GetString(inside)).ToString();
    }

    /// <returns>How many bytes the escape has.</returns>
    private static int Unescape(ReadOnlySpan<byte> escape, StringBuilder text)
    {
        if (escape.Length < 2) return escape.Length;
        if (escape[1] == 'u')
        {
            if (escape.Length < 6) return escape.Length;
            text.Append(ushort.TryParse(escape[2..6], NumberStyles.AllowHexSpecifier, null, out var unit) ? (char)unit : '\uFFFD');
            return 6;
        }

        text.Append(escape[1] switch
        {
            (byte)'n' => '\n',
            (byte)'t' => '\t',
            (byte)'r' => '\r',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            var other => (char)other,
        });
        return 2;
    }
}
