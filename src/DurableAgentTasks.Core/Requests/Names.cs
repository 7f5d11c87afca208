using System.Text;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>What the names in a request may look like, and the words that say so.</summary>
internal static class Names
{
    public const string IdRule = "1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-', not dots alone.";
    public const string SecretRule =
        "the name of a secret is 1 to 127 characters of A-Z, a-z, 0-9, '.', '_' and '-', such as \"GITHUB_TOKEN\".";
    public const string SessionRule =
        "a session id is 1 to 200 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-', and begins with a letter or digit.";
    public const string CheckpointRule = "a checkpoint id is 16 hex digits, such as \"0123456789abcdef\".";
    public const string EventRule = "1 to 64 characters of a-z, 0-9, '.', '_' and '-', such as \"completed\".";

    /// <summary>Of steps and of the owners of tasks: safe in paths, addresses and file names.</summary>
    public static bool IsId(string text) => Has(text, 64, ".-_") && !text.All(static c => c == '.');

    public static bool IsSecret(string text) => Has(text, 127, ".-_");

    /// <summary>It becomes an argument of the agent, so it must not look like an option.</summary>
    public static bool IsSession(string text) => Has(text, 200, ".-_:") && char.IsAsciiLetterOrDigit(text[0]);

    public static bool IsCheckpoint(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigit);

    public static bool IsEvent(string text) => Has(text, 64, ".-_") && !text.Any(char.IsAsciiLetterUpper);

    /// <summary>Why a text is no task id, and one that is near.</summary>
    public static string TaskIdRule(string text)
    {
        if (text.Length == 0) return "A task id must not be empty; leave it out to have one made up.";
        if (text.Length > TaskId.MaxLength) return $"A task id has at most {TaskId.MaxLength} characters, not {text.Length:N0}.";
        var culprit = text.EnumerateRunes().FirstOrDefault(static rune => !IsTaskIdRune(rune), new Rune('-'));
        var place = culprit.Value == '-' ? "it begins with '-'" : $"{Shown.Character(culprit)} is not one of them";
        var plain = string.Concat(text.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        var example = plain.Length == 0 ? "" : $" For example {Shown.Text(plain)}.";
        return $"A task id is of a-z, 0-9 and '-', and begins with a letter or digit; {place}.{example}";
    }

    private static bool IsTaskIdRune(Rune rune) =>
        rune.IsAscii && (char.IsAsciiLetterLower((char)rune.Value) || char.IsAsciiDigit((char)rune.Value) || rune.Value == '-');

    private static bool Has(string text, int maxLength, string others) =>
        text.Length > 0
        && text.Length <= maxLength
        && text.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal));
}
