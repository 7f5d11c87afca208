using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>Writes an archive: all records of one stream after those of another, then the index.</summary>
internal sealed class ArchiveWriter(IJournalFile content, LogFileName name) : IDisposable
{
    private readonly FrameWriter _frames = new(content, name);
    private readonly List<ArchivedPlace> _places = [];
    private readonly List<long> _ends = [];

    public IReadOnlyList<ArchivedPlace> Places => _places;

    /// <summary>Adds the next record of the present stream, or the first of another.</summary>
    public void Add(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var offset = _frames.Offset;
        if (_places.Count == 0 || _places[^1].Stream != header.Stream)
        {
            _places.Add(new ArchivedPlace(header.Stream, offset, 0, 0));
            _ends.Add(offset);
        }

        _frames.Add(header.Stream, header.Index, header.Mark, payload);
        _places[^1] = _places[^1] with { Length = _frames.Offset - _places[^1].Offset, NextIndex = header.Index + 1 };
        _ends[^1] = offset;
    }

    public void End()
    {
        _frames.Empty();
        var start = _frames.Offset;
        using (var written = new FrameReader(content, name, FileHeader.Bytes, start))
        {
            for (var i = 0; i < _places.Count; i++)
            {
                written.At(_ends[i]);
                ArchiveIndex.WriteEntry(_frames, _places[i], written.Payload);
            }
        }

        ArchiveIndex.WriteTrailer(_frames, start, _places.Count);
        _frames.Empty();
    }

    public void Dispose() => _frames.Dispose();
}
