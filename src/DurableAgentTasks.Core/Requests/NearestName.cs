namespace DurableAgentTasks.Core.Requests;

/// <summary>Which known name a mistyped one was meant to be.</summary>
public static class NearestName
{
    private const int MaxLength = 64;

    /// <summary>The nearest of <paramref name="known"/>, or <see langword="null"/>; case, <c>_</c> and <c>-</c> do not count.</summary>
    public static string? Of(string text, IEnumerable<string> known)
    {
        if (text.Length is 0 or > MaxLength) return null;
        var plain = Plain(text);
        var (name, distance) = known
            .Select(candidate => (candidate, distance: Distance(plain, Plain(candidate))))
            .DefaultIfEmpty((candidate: "", distance: int.MaxValue))
            .MinBy(pair => pair.distance);
        return distance <= Math.Max(1, name.Length / 3) ? name : null;
    }

    /// <summary>A question to put behind a message; empty if no name is near.</summary>
    public static string Question(string text, IEnumerable<string> known) =>
        Of(text, known) is { } name ? $" Did you mean \"{name}\"?" : "";

    public static string Plain(string name) =>
        string.Concat(name.Where(static c => c is not ('_' or '-'))).ToLowerInvariant();

    /// <summary>Levenshtein's: how many letters to insert, remove or replace.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
