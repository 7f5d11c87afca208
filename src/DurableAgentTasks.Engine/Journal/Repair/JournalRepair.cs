using DurableAgentTasks.Engine.Journal.Compaction;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;
using DurableAgentTasks.Engine.Journal.Repair;

namespace DurableAgentTasks.Engine.Journal;

/// <summary>
/// Makes a damaged journal one that opens. Streams that lost a record are dropped and reported; all others are kept whole.
/// <list type="number">
/// <item>Read every intact record of every file and find out which streams lost one. If nothing is damaged, nothing is changed.</item>
/// <item>Write all records of the others, in the order of writing, to a new snapshot that covers all files there are. Archives that are intact stay.</item>
/// <item>Copy the damaged files to a folder of their own.</item>
/// <item>Give the snapshot its name: this makes it true. Then delete what it covers.</item>
/// </list>
/// A crash before the last step leaves the folder as it was; after it, the next opening deletes the rest.
/// </summary>
/// <remarks>
/// Where a stretch of several records cannot be read at all, a stream whose very last records lay there is found out only if a later record
/// of it, or the frame after the stretch, tells. The report lists every stretch.
/// </remarks>
public static class JournalRepair
{
    /// <summary>Repairs the journal in a folder that no process has open.</summary>
    /// <exception cref="JournalInUseException">A process has it open.</exception>
    public static RepairReport Run(string directory, TimeProvider time) => Run(directory, time, new DiskFiles());

    internal static RepairReport Run(string directory, TimeProvider time, IJournalFiles files)
    {
        using var folderLock = JournalLock.Take(directory, time);
        var folder = new JournalFolder(files, directory);
        using var salvage = new SalvageFolder(folder);

        // 1.
        var verdict = SalvageVerdict.On(salvage);
        var lost = verdict.Streams.All.Where(pair => pair.Value.HasLost).Select(pair => pair.Key).Order().ToList();
        var report = new RepairReport(
            verdict.Damage,
            [.. lost.Select(stream => new LostStream(stream, LastKnown(salvage, verdict.Streams.All[stream])))],
            verdict.Streams.All.Count - lost.Count,
            verdict.DamagedFiles.Count == 0 ? null : DamagedFiles.FreeName(directory));
        if (report.Damage.Count == 0 && lost.Count == 0) return report;

        // 2.
        var number = salvage.Listing.All.Max(name => name.Number) + 1;
        using var snapshot = new UnfinishedFile(folder, LogFileName.Snapshot(number));
        Write(snapshot, salvage, verdict.Streams);

        // 3.
        if (report.DamagedFiles is { } target) DamagedFiles.Copy(directory, target, verdict.DamagedFiles, files);

        // 4.
        var finished = snapshot.Finish();
        finished.Release();
        var kept = salvage.Kept.Select(archive => LogFileName.Archive(archive.Number)).ToHashSet();
        salvage.Dispose();
        foreach (var name in salvage.Listing.All.Where(name => !kept.Contains(name))) files.Delete(name.In(directory));
        return report;
    }

    private static void Write(UnfinishedFile snapshot, SalvageFolder salvage, SalvagedStreams streams)
    {
        foreach (var (number, stream) in streams.All)
        {
            if (stream.HasLost) stream.Archive?.Dropped.Add(number);
        }

        using var target = new FrameWriter(snapshot.Content, snapshot.Name);
        var archives = salvage.Kept.Select(archive => new ArchiveEntry(archive.Number, archive.Dropped)).ToList();
        var manifest = new Manifest(streams.Highest, 0, archives);
        target.Add(Manifest.Stream, 0, RecordMark.Begin, manifest.ToBytes());
        var count = 0UL;
        foreach (var source in salvage.Sources)
        {
            using var reader = new SalvageReader(source.File);
            while (reader.Next() && reader.Offset < source.Limit)
            {
                var header = reader.Header;
                if (!source.IsRecord(header) || streams.Find(header.Stream)?.Keeps(header.Index) != true) continue;
                target.Add(header.Stream, header.Index, header.Mark, reader.Payload);
                count++;
            }
        }

        target.Add(Manifest.Stream, 0, RecordMark.End, (manifest with { Records = count }).ToBytes());
        target.Empty();
    }

    private static byte[]? LastKnown(SalvageFolder salvage, SalvagedStream stream)
    {
        if (stream.LastKnown is not { } place) return null;
        using var frames = new FrameReader(salvage.Sources[place.Source].File, place.Offset);
        frames.Next();
        return frames.Header.Mark == ArchiveIndex.EntryMark ? ArchiveIndex.EndPayload(frames.Payload).ToArray() : frames.Payload.ToArray();
    }
}
