using System.Numerics;
using System.Runtime.InteropServices;

namespace DurableAgentTasks.Engine.Journal.Records;

/// <summary>CRC32C over whole 8-byte words: all the journal writes is aligned to them.</summary>
internal static class Checksum
{
    public static uint Of(uint seed, ReadOnlySpan<byte> bytes)
    {
        var crc = seed;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) crc = BitOperations.Crc32C(crc, word);
        return crc;
    }
}
