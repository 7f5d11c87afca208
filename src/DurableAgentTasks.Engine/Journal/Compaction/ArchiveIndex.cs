using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Compaction;

/// <summary>
/// The end of an archive, all that an opening reads of it: for each stream a frame that says where its records lie, with a copy
/// of the last one's payload, and one frame of fixed size that says where these begin and how many they are.
/// </summary>
internal static class ArchiveIndex
{
    /// <summary>Tells an index entry from a record: what was purged is never archived.</summary>
    public const RecordMark EntryMark = RecordMark.End | RecordMark.Purge;

    public const ulong TrailerStream = 0;
    private const int PlaceBytes = 16;
    private const int TrailerPayload = 16;

    public delegate void Entry(ArchivedPlace place, ReadOnlySpan<byte> endPayload);

    public static void WriteEntry(FrameWriter frames, ArchivedPlace place, ReadOnlySpan<byte> endPayload)
    {
        var payload = new byte[PlaceBytes + endPayload.Length];
        BinaryPrimitives.WriteInt64LittleEndian(payload, place.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(8), place.Length);
        endPayload.CopyTo(payload.AsSpan(PlaceBytes));
        frames.Add(place.Stream, place.NextIndex, EntryMark, payload);
    }

    public static ReadOnlySpan<byte> EndPayload(ReadOnlySpan<byte> entry) => entry[PlaceBytes..];

    public static void WriteTrailer(FrameWriter frames, long start, int count)
    {
        Span<byte> payload = stackalloc byte[TrailerPayload];
        BinaryPrimitives.WriteInt64LittleEndian(payload, start);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], count);
        frames.Add(TrailerStream, 0, RecordMark.End, payload);
    }

    /// <exception cref="JournalDamagedException">It is not what was written.</exception>
    public static void Read(LogFile file, Entry entry)
    {
        var trailer = file.Content.Length - Frame.Size(TrailerPayload);
        if (trailer < FileHeader.Bytes) throw new JournalDamagedException(file.Path, 0, "the archive is too short");
        var (start, count) = ReadTrailer(file, trailer);
        using var frames = new FrameReader(file, start, trailer);
        while (frames.Next() == FrameFound.Record)
        {
            count--;
            var payload = frames.Payload;
            var offset = BinaryPrimitives.ReadInt64LittleEndian(payload);
            var length = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
            entry(new ArchivedPlace(frames.Header.Stream, offset, length, frames.Header.Index), EndPayload(payload));
        }

        if (count != 0 || frames.Offset != trailer)
            throw new JournalDamagedException(file.Path, frames.Offset, "the archive's index is unreadable");
    }

    private static (long Start, long Count) ReadTrailer(LogFile file, long offset)
    {
        using var frames = new FrameReader(file, offset);
        if (frames.Next() != FrameFound.Record || frames.Header.Stream != TrailerStream)
            throw new JournalDamagedException(file.Path, offset, "the archive's last frame is unreadable");
        return (BinaryPrimitives.ReadInt64LittleEndian(frames.Payload), BinaryPrimitives.ReadInt64LittleEndian(frames.Payload[8..]));
    }
}

/// <summary>Where all records of a stream lie in an archive.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ArchivedPlace(ulong Stream, long Offset, long Length, uint NextIndex);
