using System.Buffers.Binary;
using DurableAgentTasks.Engine.Journal.Records;

namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>The first bytes of every file: what it is, the format's version, its own name. Frames follow.</summary>
internal static class FileHeader
{
    public const int Bytes = 32;
    private const ulong Magic = 0x4C4E524A_54414401; // "\x01DATJRNL"
    private const uint Version = 1;

    public static byte[] For(LogFileName name)
    {
        var header = new byte[Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), (int)name.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), name.Number);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), Checksum.Of(0, header.AsSpan(0, 24)));
        return header;
    }

    /// <exception cref="JournalDamagedException">It is not the header of this file.</exception>
    public static void Check(LogFile file)
    {
        if (Problem(file.Content, file.Name) is { } problem) throw new JournalDamagedException(file.Path, 0, problem);
    }

    public static string? Problem(IJournalFile file, LogFileName name)
    {
        var found = new byte[Bytes];
        if (file.Read(found, 0) < Bytes) return "the file is shorter than its header";
        if (found.AsSpan().SequenceEqual(For(name))) return null;
        var version = BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(8));
        var intact = BinaryPrimitives.ReadUInt32LittleEndian(found.AsSpan(24)) == Checksum.Of(0, found.AsSpan(0, 24));
        if (!intact || BinaryPrimitives.ReadUInt64LittleEndian(found) != Magic) return "the file's header is not one of this journal";
        return version == Version ? "the header belongs to another file" : $"format version {version} is not known to this program";
    }
}
