using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;
using DurableAgentTasks.Engine.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>
/// Reads the folder and tells all that lives:
/// <list type="number">
/// <item>The newest snapshot says which archives count. Archived streams first, by the archives' indexes; then the snapshot's records.</item>
/// <item>The segments after it, in order. No record may be missing.</item>
/// <item>Only the last write can be torn. What follows the last intact frame is cut off unless a later write lies there: that is damage.</item>
/// <item>What a crash left over is deleted. Before this nothing was changed.</item>
/// </list>
/// </summary>
internal sealed class JournalOpening(JournalFolder folder, IJournalReader reader, ILogger logger)
{
    private readonly StreamTable _streams = new();
    private readonly FolderListing _listing = FolderListing.Of(folder.Files, folder.Path);
    private LogFile? _snapshot;
    private List<Archive> _archives = [];

    public static OpenedJournal Run(JournalFolder folder, IJournalReader reader, ILogger logger) =>
        new JournalOpening(folder, reader, logger).Run();

    private OpenedJournal Run()
    {
        ReadSnapshot();
        var segments = OpenSegments();
        if (segments.Count == 0)
        {
            if (_snapshot is null && _listing.All.Count > 0)
                throw new JournalDamagedException(LogFileName.Segment(1).In(folder.Path), 0, "the file is missing");
            _listing.DeleteLeftovers(folder);
            return Opened(new LogTail((_listing.Snapshot?.Number ?? 0) + 1, FileHeader.Bytes, 0), null, null);
        }

        var (last, used) = ReadSegments(segments);
        CutTail(last, segments[(used - 1)..]);
        var next = used < segments.Count ? segments[used] : null;
        return Opened(new LogTail(last.File.Name.Number, last.End, last.LastStream), last.File, next);
    }

    private OpenedJournal Opened(LogTail tail, LogFile? current, LogFile? next) =>
        new(folder, _streams, _snapshot, _archives, tail, current, next);

    // 1.
    private void ReadSnapshot()
    {
        if (_listing.Snapshot is not { } name) return;
        _snapshot = folder.Open(name);
        FileHeader.Check(_snapshot);
        using var scan = new SnapshotScan(folder, _snapshot, _streams, reader);
        _archives = scan.Run();
    }

    // 2.
    private List<LogFile> OpenSegments()
    {
        var opened = new List<LogFile>();
        var expected = (_listing.Snapshot?.Number ?? 0) + 1;
        foreach (var name in _listing.Segments)
        {
            if (name.Number != expected)
                throw new JournalDamagedException(LogFileName.Segment(expected).In(folder.Path), 0, "the file is missing");
            expected++;
            opened.Add(folder.Open(name));
            FileHeader.Check(opened[^1]);
        }

        return opened;
    }

    /// <summary>The segment in use, and the number of those up to it.</summary>
    private (SegmentScan Last, int Count) ReadSegments(List<LogFile> segments)
    {
        var last = SegmentScan.Run(segments[0], _streams, reader);
        for (var i = 1; i < segments.Count; i++)
        {
            var scan = SegmentScan.Run(segments[i], _streams, reader);
            if (!scan.IsUsed) return (last, i);
            if (scan.PreviousEnd != last.End)
                throw new JournalDamagedException(last.File.Path, last.End, $"records are missing or unreadable up to offset {scan.PreviousEnd}");
            last = scan;
        }

        return (last, segments.Count);
    }

    // 3.
    private void CutTail(SegmentScan last, List<LogFile> candidates)
    {
        var cuts = new List<(LogFile File, long From, long To)>();
        foreach (var file in candidates)
        {
            var from = file == last.File ? last.End : FileHeader.Bytes;
            var tail = TailSearch.Run(file, from);
            if (tail.LaterWrite is { } later)
            {
                var (damaged, offset) = last.IsTorn ? (last.File, last.End) : (file, from);
                throw new JournalDamagedException(damaged.Path, offset, $"unreadable, and a later write begins at offset {later} of {file.Name}");
            }

            if (tail.WrittenEnd > from) cuts.Add((file, from, tail.WrittenEnd));
        }

        // 4.
        _listing.DeleteLeftovers(folder);
        foreach (var (file, from, to) in cuts) Cut(file, from, to);
        last.File.Content.Flush();
    }

    private void Cut(LogFile file, long from, long to)
    {
        logger.TailCut(file.Path, from, to - from);
        var zeros = new byte[Math.Min(to - from, 1024 * 1024)];
        for (var offset = from; offset < to; offset += zeros.Length)
            file.Content.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, to - offset)), offset);
        file.Content.Flush();
    }
}
