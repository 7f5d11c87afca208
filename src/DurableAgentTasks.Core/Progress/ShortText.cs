using System.Text;

namespace DurableAgentTasks.Core.Progress;

/// <summary>Texts of bounded length, such as titles of plans.</summary>
public static class ShortText
{
    /// <summary>What a character in JSON takes at most: <c>\u0001</c>.</summary>
    private const int Escaped = 6;

    /// <summary>The text, or its beginning with an ellipsis: at most so many UTF-16 characters, none torn in two.</summary>
    public static string Of(string text, int length) => Cut(text, length, static _ => 1);

    /// <summary>As <see cref="Of"/>, for texts that must fit into so many UTF-16 characters of JSON, however many of them are escaped there.</summary>
    public static string InJson(string text, int length) =>
        Cut(text, length, static rune => rune.IsAscii && rune.Value is >= ' ' and < 0x7F and not '"' and not '\\' ? 1 : Escaped);

    private static string Cut(string text, int length, Func<Rune, int> lengthOf)
    {
        var used = 0;
        var end = 0;
        var cut = 0;
        var ellipsis = lengthOf(new Rune('…'));
        foreach (var rune in text.EnumerateRunes())
        {
            used += lengthOf(rune) * rune.Utf16SequenceLength;
            if (used > length) return $"{text.AsSpan(0, cut)}…";
            end += rune.Utf16SequenceLength;
            if (used + ellipsis <= length) cut = end;
        }

        return text;
    }
}
