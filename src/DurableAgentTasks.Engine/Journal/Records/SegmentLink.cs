using System.Buffers.Binary;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>The first frame of a segment that is in use: where the segment before it ends; 0 if it is the first.</summary>
internal static class SegmentLink
{
    public const ulong Stream = 0;

    public static void Write(Span<byte> payload, long previousEnd) => BinaryPrimitives.WriteInt64LittleEndian(payload, previousEnd);

    public static long PreviousEnd(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload);
}
