using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>What a frame says of its record.</summary>
/// <param name="Stream">0 for the journal's own frames.</param>
/// <param name="Index">How many records the stream had before, ever: a gap shows a lost one.</param>
/// <param name="Mark">What the record means.</param>
/// <param name="StartsWrite">The first of one write; all before it was flushed when this was written.</param>
/// <param name="Previous">The low bits of the stream number of the frame before it: names the owner of a frame that cannot be read.</param>
internal readonly record struct FrameHeader(ulong Stream, uint Index, RecordMark Mark, bool StartsWrite, uint Previous)
{
    public const uint PreviousMask = 0xFFFFFF;
}

/// <summary>
/// A record as it lies in a file, little-endian, padded with zeros to whole words:
/// <code>
/// 0 payload length u32 | 4 CRC32C u32 | 8 stream u64 | 16 index u32 | 20 marks u8 | 21 previous stream u24 | 24 payload
/// </code>
/// The checksum covers all of it and begins with the file's name and the offset, so a frame counts only where it was written:
/// neither one left over from another use of the disk nor one quoted in a payload can be taken for a record.
/// Zeros where a frame should be are unwritten space.
/// </summary>
internal static class Frame
{
    public const int HeaderBytes = 24;
    public const int MaxPayload = 1 << 28;
    private const byte StartsWriteFlag = 0x80;
    private const byte MarkBits = 0x07;

    public static int Size(int payloadLength) => (HeaderBytes + payloadLength + 7) & ~7;

    /// <summary>Writes a frame to <paramref name="target"/>, which has exactly its size.</summary>
    public static void Write(Span<byte> target, LogFileName file, long offset, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, (uint)payload.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], header.Stream);
        var marks = (byte)header.Mark | (header.StartsWrite ? StartsWriteFlag : 0U) | (header.Previous << 8);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], header.Index | ((ulong)marks << 32));
        target[(HeaderBytes + payload.Length)..].Clear();
        payload.CopyTo(target[HeaderBytes..]);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Sum(target, file, offset));
    }

    /// <summary>The size the frame says it has; 0 for unwritten space, -1 if no frame can begin like this.</summary>
    public static int Announced(ReadOnlySpan<byte> start)
    {
        if (!start[..HeaderBytes].ContainsAnyExcept((byte)0)) return 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(start);
        return length > MaxPayload || (start[20] & ~(MarkBits | StartsWriteFlag)) != 0 ? -1 : Size((int)length);
    }

    public static bool IsIntact(ReadOnlySpan<byte> frame, LogFileName file, long offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]) == Sum(frame, file, offset);

    public static FrameHeader Header(ReadOnlySpan<byte> frame)
    {
        var marks = BinaryPrimitives.ReadUInt32LittleEndian(frame[20..]);
        return new FrameHeader(
            BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(frame[16..]),
            (RecordMark)(marks & MarkBits),
            (marks & StartsWriteFlag) != 0,
            marks >> 8);
    }

    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> frame) =>
        frame.Slice(HeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(frame));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Sum(ReadOnlySpan<byte> frame, LogFileName file, long offset)
    {
        var seed = BitOperations.Crc32C(~0U, ((ulong)file.Kind << 32) | (uint)file.Number);
        seed = BitOperations.Crc32C(seed, (ulong)offset);
        seed = BitOperations.Crc32C(seed, (ulong)BinaryPrimitives.ReadUInt32LittleEndian(frame));
        return Checksum.Of(seed, frame[8..]);
    }
}
