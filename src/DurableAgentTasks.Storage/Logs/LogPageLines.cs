namespace DurableAgentTasks.Storage.Logs;

/// <summary>The lines of a page: at most so many, and no more text than <see cref="MaxBytes"/> (one line always fits).</summary>
internal sealed class LogPageLines(int limit)
{
    private const int MaxBytes = 4 * 1024 * 1024;
    private readonly Queue<LogLine> _lines = new();
    private long _bytes;

    /// <summary>Drops the first lines for later ones instead of refusing these.</summary>
    public bool KeepLast { get; init; }

    public bool IsFull { get; private set; }

    public long? LastSeq { get; private set; }

    public bool TryAdd(LogLine line)
    {
        IsFull = !KeepLast && _lines.Count > 0 && IsOver(_lines.Count + 1, _bytes + Size(line));
        if (IsFull) return false;
        _lines.Enqueue(line);
        _bytes += Size(line);
        LastSeq = line.Seq;
        while (KeepLast && _lines.Count > 1 && IsOver(_lines.Count, _bytes)) _bytes -= Size(_lines.Dequeue());
        return true;
    }

    public LogPage ToPage(long next) => new([.. _lines], next);

    private bool IsOver(int count, long bytes) => count > limit || bytes > MaxBytes;

    private static int Size(LogLine line) => sizeof(char) * line.Text.Length;
}
