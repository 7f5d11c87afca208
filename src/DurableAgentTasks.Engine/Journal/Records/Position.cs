using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>
/// Where a record lies, in 8 bytes: 1 bit segment or snapshot, 28 bits file number, 35 bits offset in words of 8 bytes.
/// The order of the numbers is the order of writing: a snapshot comes before all segments it does not cover.
/// </summary>
internal readonly record struct Position(ulong Packed) : IComparable<Position>
{
    private const int OffsetBits = 35;
    private const ulong SegmentBit = 1UL << 63;

    public Position(LogFileName file, long offset)
        : this((file.Kind == LogFileKind.Segment ? SegmentBit : 0) | ((ulong)file.Number << OffsetBits) | ((ulong)offset >> 3))
    {
    }

    public LogFileName File => new(
        (Packed & SegmentBit) != 0 ? LogFileKind.Segment : LogFileKind.Snapshot,
        (int)((Packed & ~SegmentBit) >> OffsetBits));

    public long Offset => (long)(Packed & ((1UL << OffsetBits) - 1)) << 3;

    public static bool operator <(Position left, Position right) => left.Packed < right.Packed;

    public static bool operator >(Position left, Position right) => left.Packed > right.Packed;

    public static bool operator <=(Position left, Position right) => left.Packed <= right.Packed;

    public static bool operator >=(Position left, Position right) => left.Packed >= right.Packed;

    public int CompareTo(Position other) => Packed.CompareTo(other.Packed);
}
