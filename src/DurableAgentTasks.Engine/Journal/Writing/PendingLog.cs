using System.Runtime.InteropServices;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>
/// What was appended and is not on the disk yet, as batches in order: each record's place is decided here. The writer takes the
/// first batch while appends gather in the last. Guarded by the store's lock.
/// </summary>
internal sealed class PendingLog(LogTail tail, int segmentBytes)
{
    private const int LargestBatch = 1024 * 1024;
    private const int KeptBatches = 4;
    private readonly Queue<Batch> _batches = [];
    private readonly Stack<Batch> _spare = [];
    private Batch? _open;
    private int _segment = tail.Segment;
    private long _offset = tail.Offset;
    private long _previousEnd;
    private uint _previousStream = tail.PreviousStream;
    private bool _rollDemanded;

    public bool IsEmpty => _batches.Count == 0;

    /// <summary>The first batch, if any.</summary>
    public Batch? First => _batches.TryPeek(out var first) ? first : null;

    /// <summary>The batch whose flush makes all appended so far durable, if any.</summary>
    public Batch? Last { get; private set; }

    /// <summary>The batch that still takes records, if any.</summary>
    public Batch? Open => _open;

    /// <summary>The file and place of the first byte not on the disk.</summary>
    public Position From => First is { } first ? new Position(LogFileName.Segment(first.Segment), first.Offset) : new Position(ulong.MaxValue);

    public IEnumerable<IDurableCallback> Callbacks => _batches.SelectMany(batch => batch.Callbacks);

    public Position Add(ulong stream, uint index, RecordMark mark, ReadOnlySpan<byte> payload)
    {
        var size = Frame.Size(payload.Length);
        if (_rollDemanded || _offset + size > segmentBytes) Roll();
        if (_open is null || (_open.Length > 0 && _open.Length + size > LargestBatch)) OpenBatch();
        return Write(stream, index, mark, payload);
    }

    /// <summary>The next record begins a new segment.</summary>
    public void DemandRoll() => _rollDemanded = true;

    /// <summary>Begins a new segment now.</summary>
    public void RollNow()
    {
        Roll();
        if (_open is null && _offset == FileHeader.Bytes) OpenBatch();
    }

    /// <summary>Takes the first batch for writing: it takes no more records.</summary>
    public Batch TakeFirst()
    {
        var first = _batches.Peek();
        if (first == _open) _open = null;
        return first;
    }

    /// <summary>The first batch is on the disk.</summary>
    public void RemoveFirst()
    {
        var first = _batches.Dequeue();
        if (first == Last) Last = null;
    }

    /// <summary>Gives back a removed batch whose callbacks have run.</summary>
    public void Recycle(Batch batch)
    {
        if (_spare.Count < KeptBatches && batch.Length <= 2 * LargestBatch) _spare.Push(batch);
    }

    public byte[] PayloadAt(Position position)
    {
        var (segment, offset) = (position.File.Number, position.Offset);
        foreach (var batch in _batches)
        {
            if (batch.Segment == segment && offset >= batch.Offset && offset < batch.Offset + batch.Length)
                return batch.PayloadAt(offset);
        }

        throw new InvalidOperationException($"No pending record lies at {position.File}, offset {offset}.");
    }

    private void Roll()
    {
        _rollDemanded = false;
        if (_offset <= FileHeader.Bytes) return;
        _open = null;
        _previousEnd = _offset;
        _segment++;
        _offset = FileHeader.Bytes;
    }

    private void OpenBatch()
    {
        _open = Last = _spare.TryPop(out var spare) ? spare : new Batch();
        _open.Begin(_segment, _offset);
        _batches.Enqueue(_open);
        if (_offset > FileHeader.Bytes) return;

        // The first frame of a segment says where the one before it ends: so a shortened one is found out.
        Span<byte> link = stackalloc byte[sizeof(long)];
        SegmentLink.Write(link, _previousEnd);
        Write(SegmentLink.Stream, index: 0, RecordMark.None, link);
    }

    private Position Write(ulong stream, uint index, RecordMark mark, ReadOnlySpan<byte> payload)
    {
        var name = LogFileName.Segment(_segment);
        var position = new Position(name, _offset);
        var header = new FrameHeader(stream, index, mark, StartsWrite: _open!.Length == 0, _previousStream);
        var target = _open.Reserve(Frame.Size(payload.Length));
        Frame.Write(target, name, _offset, header, payload);
        _offset += target.Length;
        _previousStream = (uint)stream & FrameHeader.PreviousMask;
        return position;
    }
}

/// <summary>Where the log goes on.</summary>
/// <param name="Segment">The number of the segment.</param>
/// <param name="Offset">In it.</param>
/// <param name="PreviousStream">See <see cref="FrameHeader.Previous"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogTail(int Segment, long Offset, uint PreviousStream);
