namespace DurableAgentTasks.Hosting;

/// <summary>Which of the names that are known somebody may have meant.</summary>
public static class NearestName
{
    /// <summary>The name that takes the fewest changes, at most one for each three letters; <see langword="null"/> if all take more.</summary>
    public static string? Of(string written, IEnumerable<string> known) => known
        .Select(name => (Name: name, Changes: Changes(written.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(candidate => candidate.Changes <= Math.Max(1, Math.Max(candidate.Name.Length, written.Length) / 3))
        .OrderBy(candidate => candidate.Changes)
        .Select(candidate => candidate.Name)
        .FirstOrDefault();

    /// <summary>Letters put in, left out, replaced, or swapped with their neighbour.</summary>
    private static int Changes(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) table[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var least = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least = Math.Min(least, table[i - 2, j - 2] + 1);
                table[i, j] = least;
            }
        }

        return table[a.Length, b.Length];
    }
}
