using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>What the readable records say of each stream: whether all that counts of it is there.</summary>
internal sealed class SalvagedStreams
{
    private readonly Dictionary<ulong, SalvagedStream> _streams = [];

    public ulong Highest { get; private set; }

    public IReadOnlyDictionary<ulong, SalvagedStream> All => _streams;

    public void AtLeast(ulong highest) => Highest = Math.Max(Highest, highest);

    public SalvagedStream? Find(ulong stream) => _streams.GetValueOrDefault(stream);

    /// <summary>A stream that lies whole in an intact archive.</summary>
    public void AddArchived(ulong stream, uint nextIndex, KeptArchive archive)
    {
        AtLeast(stream);
        Find(stream)?.Archive?.Dropped.Add(stream);
        _streams[stream] = new SalvagedStream { First = 0, Next = nextIndex, Archive = archive, HasEnded = true };
    }

    public void Add(in FrameHeader header, RecordPlace place)
    {
        AtLeast(header.Stream);
        Find(header.Stream)?.Archive?.Dropped.Add(header.Stream);
        if ((header.Mark & RecordMark.Purge) != RecordMark.None)
        {
            _streams.Remove(header.Stream);
            return;
        }

        var begins = (header.Mark & RecordMark.Begin) != RecordMark.None;
        if (begins || !_streams.TryGetValue(header.Stream, out var stream))
            _streams[header.Stream] = stream = new SalvagedStream { First = header.Index, HasLost = !begins && header.Index > 0 };
        else if (header.Index != stream.Next)
            stream.HasLost = true;

        stream.Archive = null;
        stream.Source = place.Source;
        stream.Next = header.Index + 1;
        stream.HasEnded |= (header.Mark & RecordMark.End) != RecordMark.None;
        if (begins || stream.HasEnded) stream.LastKnown = place;
    }

    /// <summary>A damaged archive says it holds a stream with so many records, ever.</summary>
    public void CheckArchived(ulong number, uint nextIndex, RecordPlace entry)
    {
        AtLeast(number);
        if (!_streams.TryGetValue(number, out var stream)) _streams[number] = stream = new SalvagedStream { First = 0 };
        if (stream.Next != nextIndex) stream.HasLost = true;
        stream.LastKnown = entry;
    }

    /// <summary>All streams of an archive have ended.</summary>
    /// <param name="source">The archive.</param>
    public void AccuseUnended(int source)
    {
        foreach (var stream in _streams.Values.Where(stream => stream.Source == source && !stream.HasEnded)) stream.HasLost = true;
    }

    /// <summary>A frame that cannot be read belonged to a stream whose number has these low bits.</summary>
    public void Accuse(uint previous)
    {
        var matches = _streams.Where(pair => ((uint)pair.Key & FrameHeader.PreviousMask) == previous).Select(pair => pair.Value).ToList();
        if (matches.Count == 0)
        {
            // Its first record is lost: numbers are handed out in order, so it is the nearest to those known.
            var number = (Highest & ~(ulong)FrameHeader.PreviousMask) | previous;
            AtLeast(number);
            _streams[number] = new SalvagedStream { HasLost = true };
        }

        foreach (var stream in matches) stream.HasLost = true;
    }

    /// <summary>A frame that cannot be read looks like this.</summary>
    /// <returns>Whether it fits a stream: then that has lost it.</returns>
    public bool Accuse(ulong number, uint index)
    {
        if (!_streams.TryGetValue(number, out var stream) || stream.Next != index) return false;
        stream.HasLost = true;
        stream.Next++;
        return true;
    }
}

internal sealed class SalvagedStream
{
    /// <summary>The index of the first record that counts.</summary>
    public uint First { get; init; }

    public uint Next { get; set; }

    public bool HasEnded { get; set; }

    public bool HasLost { get; set; }

    /// <summary>The file its last record lies in, by its place among those salvaged.</summary>
    public int Source { get; set; }

    /// <summary>The intact archive it lies in, if it does.</summary>
    public KeptArchive? Archive { get; set; }

    public RecordPlace? LastKnown { get; set; }

    /// <summary>Whether this record of it is to be kept in the new snapshot.</summary>
    public bool Keeps(uint index) => !HasLost && Archive is null && index >= First;
}

/// <param name="Number">Of an archive that is intact and stays.</param>
/// <param name="Dropped">Streams in it that do not count.</param>
internal sealed record KeptArchive(int Number, HashSet<ulong> Dropped);

/// <param name="Source">The file, by its place among those salvaged.</param>
/// <param name="Offset">In it.</param>
internal sealed record RecordPlace(int Source, long Offset);
