using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>
/// Turns the memory to the files a compaction has made, holding the lock for a moment at a time; both old and new can be read
/// meanwhile.
/// <list type="number">
/// <item>The new files are the ones to go on from.</item>
/// <item>Each live record's position becomes that in the snapshot, if it still counts.</item>
/// <item>Ended streams become archived, unless they were purged or have begun again meanwhile.</item>
/// <item>Nothing points to the old files any more: they go.</item>
/// </list>
/// </summary>
internal sealed class CompactionSwitch(Lock gate, JournalFolder folder, CompactedFiles compacted, StreamTable streams)
{
    private const int AtATime = 512;

    public void Run(CompactionInput input, CompactionOutput output)
    {
        // 1.
        Archive? archive;
        lock (gate)
        {
            folder.Add(output.Snapshot);
            if (output.Archive is not null) folder.Add(output.Archive);
            archive = compacted.Switch(output);
        }

        MoveLive(output.Snapshot);
        if (archive is not null) MoveEnded(archive, output.Places);

        // 4.
        lock (gate)
        {
            foreach (var file in input.Replaced) folder.Replaced(file.Name);
        }
    }

    // 2.
    private void MoveLive(LogFile snapshot)
    {
        var moves = new List<(ulong Stream, uint Index, Position Position)>(AtATime);
        using var frames = new FrameReader(snapshot, FileHeader.Bytes, snapshot.End);
        for (var more = true; more;)
        {
            moves.Clear();
            while (moves.Count < AtATime && (more = frames.NextRecord(snapshot)))
                moves.Add((frames.Header.Stream, frames.Header.Index, new Position(snapshot.Name, frames.Offset)));
            lock (gate)
            {
                foreach (var (stream, index, position) in moves)
                {
                    if (streams.TryGetLive(stream, out var live)) live.Move(index, position);
                }
            }
        }
    }

    // 3.
    private void MoveEnded(Archive archive, IReadOnlyList<ArchivedPlace> places)
    {
        foreach (var some in places.Chunk(AtATime))
        {
            lock (gate)
            {
                foreach (var place in some) MoveEnded(archive, place);
            }
        }
    }

    private void MoveEnded(Archive archive, ArchivedPlace place)
    {
        archive.Add(place);
        var counts = streams.TryGetLive(place.Stream, out var live)
            ? live.HasEnded && live.NextIndex == place.NextIndex
            : streams.TryGetArchived(place.Stream, out _);
        if (counts) streams.MoveToArchive(place.Stream, new ArchivedStream(archive, place.Offset, place.Length, place.NextIndex));
        else archive.Drop(place.Stream, place.Length);
    }
}
