using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Writing;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>Reads one stream's records from wherever they lie: the files, an archive, or what is not written yet.</summary>
internal sealed class StreamReading(Lock gate, JournalFolder folder, StreamTable streams, PendingLog pending)
{
    private const int SmallestWindow = 4 * 1024;
    private const int LargestWindow = 64 * 1024;

    public IReadOnlyList<byte[]> Read(ulong stream)
    {
        List<byte[]> records = [];
        List<byte[]> notWritten = [];
        List<(LogFile File, Position[] Positions)> runs = [];
        ArchivedStream archived = default;
        uint first = 0;
        lock (gate)
        {
            if (streams.TryGetLive(stream, out var live))
            {
                first = live.FirstIndex;
                Locate(live.Positions, runs, notWritten);
            }
            else if (streams.TryGetArchived(stream, out archived))
            {
                archived.Archive.File.Use();
            }
        }

        if (archived.Archive is not null) return ReadArchived(stream, archived);
        try
        {
            foreach (var (file, positions) in runs)
                ReadRun(stream, first + (uint)records.Count, file, positions, records);
        }
        finally
        {
            foreach (var (file, _) in runs) file.Release();
        }

        records.AddRange(notWritten);
        return records;
    }

    /// <summary>Splits the positions by file, and copies what lies in none yet.</summary>
    private void Locate(ReadOnlySpan<Position> positions, List<(LogFile, Position[])> runs, List<byte[]> notWritten)
    {
        var from = pending.From;
        var i = 0;
        while (i < positions.Length && positions[i] < from)
        {
            var start = i;
            var name = positions[start].File;
            while (i < positions.Length && positions[i] < from && positions[i].File == name) i++;
            runs.Add((folder[name].Use(), positions[start..i].ToArray()));
        }

        foreach (var position in positions[i..]) notWritten.Add(pending.PayloadAt(position));
    }

    private static void ReadRun(ulong stream, uint firstIndex, LogFile file, Position[] positions, List<byte[]> records)
    {
        var (start, last) = (positions[0].Offset, positions[^1].Offset);
        var window = (int)Math.Min(LargestWindow, last - start + SmallestWindow);
        using var reader = new FrameReader(file, start, window: window);
        var index = firstIndex;
        foreach (var position in positions)
        {
            var found = reader.At(position.Offset);
            if (found != FrameFound.Record || reader.Header.Stream != stream || reader.Header.Index != index)
                throw new JournalDamagedException(file.Path, position.Offset, $"it is not record {index} of stream {stream}");
            index++;
            records.Add(reader.Payload.ToArray());
        }
    }

    private static List<byte[]> ReadArchived(ulong stream, ArchivedStream archived)
    {
        var file = archived.Archive.File;
        try
        {
            List<byte[]> records = [];
            using var reader = new FrameReader(file, archived.Offset, archived.Offset + archived.Length);
            while (reader.Next() == FrameFound.Record && reader.Header.Stream == stream) records.Add(reader.Payload.ToArray());
            return reader.Offset == archived.Offset + archived.Length
                ? records
                : throw new JournalDamagedException(file.Path, reader.Offset, $"it is no record of stream {stream}");
        }
        finally
        {
            file.Release();
        }
    }
}
