using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>Where each stream's records lie. Guarded by the store's lock.</summary>
internal sealed class StreamTable
{
    private readonly Dictionary<ulong, LiveStream> _live = [];
    private readonly Dictionary<ulong, ArchivedStream> _archived = [];

    /// <summary>The highest stream number ever handed out or found.</summary>
    public ulong Highest { get; set; }

    public IReadOnlyDictionary<ulong, LiveStream> Live => _live;

    public IReadOnlyDictionary<ulong, ArchivedStream> Archived => _archived;

    public ulong Next() => ++Highest;

    /// <summary>The index the next record of a stream gets.</summary>
    public uint NextIndex(ulong stream)
    {
        if (_live.TryGetValue(stream, out var live)) return live.NextIndex;
        return _archived.Count > 0 && _archived.TryGetValue(stream, out var archived) ? archived.NextIndex : 0;
    }

    public bool HasEnded(ulong stream) =>
        _live.TryGetValue(stream, out var live) ? live.HasEnded : _archived.Count > 0 && _archived.ContainsKey(stream);

    public void Add(ulong stream, RecordMark mark, uint index, Position position)
    {
        if (stream > Highest) Highest = stream;
        if (_archived.Count > 0 && _archived.Remove(stream, out var archived)) archived.Archive.Drop(stream, archived.Length);
        if ((mark & RecordMark.Purge) != RecordMark.None)
        {
            _live.Remove(stream);
            return;
        }

        ref var live = ref CollectionsMarshal.GetValueRefOrAddDefault(_live, stream, out _);
        live ??= new LiveStream(index);
        live.Add(mark, index, position);
    }

    public void AddArchived(ulong stream, ArchivedStream archived)
    {
        if (stream > Highest) Highest = stream;
        _archived[stream] = archived;
    }

    public void MoveToArchive(ulong stream, ArchivedStream archived)
    {
        _live.Remove(stream);
        AddArchived(stream, archived);
    }

    public bool TryGetLive(ulong stream, [NotNullWhen(true)] out LiveStream? live) => _live.TryGetValue(stream, out live);

    public bool TryGetArchived(ulong stream, out ArchivedStream archived) => _archived.TryGetValue(stream, out archived);
}

/// <summary>A stream whose records since its last <see cref="RecordMark.Begin"/> lie in the log.</summary>
internal sealed class LiveStream(uint firstIndex)
{
    private ulong[] _positions = [];
    private int _count;

    public uint FirstIndex { get; private set; } = firstIndex;

    public bool HasEnded { get; private set; }

    public uint NextIndex => FirstIndex + (uint)_count;

    public ReadOnlySpan<Position> Positions => MemoryMarshal.Cast<ulong, Position>(_positions.AsSpan(0, _count));

    public void Add(RecordMark mark, uint index, Position position)
    {
        if ((mark & RecordMark.Begin) != RecordMark.None)
        {
            FirstIndex = index;
            HasEnded = false;
            _count = 0;
            if (_positions.Length > 64) _positions = [];
        }

        if (_count == _positions.Length) Array.Resize(ref _positions, Math.Max(4, _count * 2));
        _positions[_count++] = position.Packed;
        HasEnded |= (mark & RecordMark.End) != RecordMark.None;
    }

    /// <summary>The record lies elsewhere now; nothing if it does not count any more.</summary>
    public void Move(uint index, Position position)
    {
        if (index >= FirstIndex && index < NextIndex) _positions[index - FirstIndex] = position.Packed;
    }
}
