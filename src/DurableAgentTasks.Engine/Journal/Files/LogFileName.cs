using System.Globalization;
using System.Runtime.InteropServices;

namespace DurableAgentTasks.Engine.Journal.Files;

internal enum LogFileKind
{
    Snapshot,
    Segment,
    Archive,
}

/// <summary>A file of the journal: its kind and its number, which is also its name on the disk.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogFileName(LogFileKind Kind, int Number)
{
    /// <summary>What an unfinished file has at the end of its name until it is complete and flushed.</summary>
    public const string Unfinished = ".new";

    public static LogFileName Segment(int number) => new(LogFileKind.Segment, number);

    public static LogFileName Snapshot(int number) => new(LogFileKind.Snapshot, number);

    public static LogFileName Archive(int number) => new(LogFileKind.Archive, number);

    public static bool TryParse(string fileName, out LogFileName name)
    {
        name = default;
        if (fileName.Length < 11 || fileName[10] != '.') return false;
        if (!int.TryParse(fileName.AsSpan(0, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        foreach (var kind in Enum.GetValues<LogFileKind>())
        {
            name = new LogFileName(kind, number);
            if (fileName == name.ToString()) return true;
        }

        return false;
    }

    public string In(string directory) => Path.Combine(directory, ToString());

    public override string ToString() => Kind switch
    {
        LogFileKind.Snapshot => $"{Number:D10}.snapshot",
        LogFileKind.Segment => $"{Number:D10}.log",
        _ => $"{Number:D10}.archive",
    };
}
