namespace DurableAgentTasks.Engine.Tests.Properties;

/// <summary>
/// How far the journal's files are written: of each file, the length without the zeros at its end. A crash may take any part of
/// what was written after the last acknowledgement.
/// </summary>
internal sealed class JournalTail
{
    private readonly SortedDictionary<string, int> _written = new(StringComparer.Ordinal);

    public static JournalTail Of(string directory)
    {
        var tail = new JournalTail();
        foreach (var file in Directory.EnumerateFiles(directory, "*.log")) tail._written[file] = Written(file);
        return tail;
    }

    /// <summary>Cuts off what is there beyond <paramref name="acknowledged"/>, all but the given part of it.</summary>
    /// <returns>How many bytes were taken.</returns>
    public int CutBeyond(JournalTail acknowledged, int thousandthsKept)
    {
        // One file grows; where another one has begun meanwhile, that one is left whole and nothing is cut.
        var grown = _written.Where(file => file.Value > acknowledged._written.GetValueOrDefault(file.Key)).ToList();
        if (grown.Count != 1 || !acknowledged._written.TryGetValue(grown[0].Key, out var from)) return 0;
        var (path, to) = grown[0];
        var keep = from + (int)((long)(to - from) * thousandthsKept / 1_000);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Position = keep;
        file.Write(new byte[to - keep]);
        return to - keep;
    }

    private static int Written(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
    }
}
