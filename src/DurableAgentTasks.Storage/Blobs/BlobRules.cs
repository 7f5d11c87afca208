using System.Buffers;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>What both stores take: names that are the same on every file system and lead nowhere but into the store, and appends.</summary>
internal static class BlobRules
{
    private const int MaxNameLength = 512;

    private const string NameRule =
        "A blob's name is at most 512 characters: segments of a-z, 0-9, '.', '_' and '-' that do not end with '.', separated by '/'.";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <exception cref="ArgumentException">It breaks the rule.</exception>
    public static void CheckName(string name)
    {
        if (!IsName(name)) throw new ArgumentException($"{NameRule} This is none: \"{name}\".", nameof(name));
    }

    /// <exception cref="ArgumentException">No name can begin so.</exception>
    public static void CheckPrefix(string prefix)
    {
        if (!IsName(prefix + "x")) throw new ArgumentException($"{NameRule} None begins so: \"{prefix}\".", nameof(prefix));
    }

    /// <exception cref="ArgumentException">It is empty or more than one append takes.</exception>
    public static void CheckAppend(ReadOnlyMemory<byte> content)
    {
        if (content.Length is 0 or > IBlobStore.MaxAppend)
            throw new ArgumentException($"An append is 1 to {IBlobStore.MaxAppend} bytes, not {content.Length}.", nameof(content));
    }

    /// <exception cref="ArgumentException">It is not what Azure Storage offers.</exception>
    public static void CheckLease(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(15) || duration > TimeSpan.FromSeconds(60) || duration.Ticks % TimeSpan.TicksPerSecond != 0)
            throw new ArgumentException($"A lease lasts 15 to 60 whole seconds, not {duration}.", nameof(duration));
    }

    public static bool IsSegment(ReadOnlySpan<char> segment) =>
        segment.Length > 0 && segment[^1] != '.' && !segment.ContainsAnyExcept(Allowed);

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxNameLength) return false;
        foreach (var segment in name.Split('/'))
        {
            if (!IsSegment(name[segment])) return false;
        }

        return true;
    }
}
