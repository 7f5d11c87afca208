using System.Globalization;
using System.Text;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Input as an error message may repeat it: short, on one line, and not if it looks like a secret.</summary>
internal static class Shown
{
    private const int MaxRunes = 60;

    private static readonly string[] SecretPrefixes =
        ["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "sk-", "xox", "AKIA", "AIza", "eyJ", "-----BEGIN"];

    /// <summary>In quotes, what cannot be seen as <c>\u{...}</c>.</summary>
    public static string Text(string text)
    {
        if (LooksSecret(text)) return $"a text of {text.Length:N0} characters that looks like a secret";
        var shown = new StringBuilder("\"");
        var runes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++runes > MaxRunes) return shown.Append("…\"").ToString();
            if (rune.Value is '"' or '\\') shown.Append('\\').Append((char)rune.Value);
            else if (IsVisible(rune)) shown.Append(rune);
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X4}}}");
        }

        return shown.Append('"').ToString();
    }

    /// <summary>A number as it was written.</summary>
    public static string Number(string text) => text.Length <= MaxRunes ? text : $"{text.AsSpan(0, MaxRunes)}…";

    /// <summary>One character, such as <c>'/'</c> or <c>U+0007</c>.</summary>
    public static string Character(Rune rune) =>
        IsVisible(rune) && rune.IsAscii ? $"'{rune}'" : $"U+{rune.Value:X4}";

    /// <summary>Whether this is likely a password, token or key rather than a name.</summary>
    public static bool LooksSecret(string text)
    {
        if (text.Length < 20) return false;
        if (SecretPrefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal))) return true;
        if (text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal)) return true;
        return text.Length >= 24
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '_' or '-' or '.')
            && text.Any(char.IsAsciiLetterLower)
            && text.Any(char.IsAsciiLetterUpper)
            && text.Any(char.IsAsciiDigit);
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned);
}
