using System.Globalization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// A part of a task's log: <c>FIRST-ORDINAL.seg</c>, in the order of its name. Its first number tells where to look for a line; the
/// ordinal tells segments apart that begin at the same number, which a line longer than a segment brings about.
/// </summary>
internal sealed record LogSegment(string Name, long FirstSeq, int Ordinal)
{
    private const string Suffix = ".seg";

    public static LogSegment Create(TaskId task, long firstSeq, int ordinal) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{TaskBlobs.Log(task)}{firstSeq:D20}-{ordinal:D10}{Suffix}"), firstSeq, ordinal);

    public static async Task<IReadOnlyList<LogSegment>> ListAsync(IBlobStore store, TaskId task, CancellationToken cancellationToken)
    {
        var segments = new List<LogSegment>();
        var prefix = TaskBlobs.Log(task);
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            if (TryParse(blob.Name, prefix.Length, out var segment)) segments.Add(segment);
        }

        return segments;
    }

    private static bool TryParse(string name, int prefix, out LogSegment segment)
    {
        segment = null!;
        if (name.Length != prefix + 31 + Suffix.Length || !name.EndsWith(Suffix, StringComparison.Ordinal)) return false;
        if (!long.TryParse(name.AsSpan(prefix, 20), NumberStyles.None, CultureInfo.InvariantCulture, out var first)) return false;
        if (!int.TryParse(name.AsSpan(prefix + 21, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)) return false;
        segment = new LogSegment(name, first, ordinal);
        return true;
    }
}
