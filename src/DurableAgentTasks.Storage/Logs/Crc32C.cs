using System.Buffers.Binary;
using System.Numerics;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>
/// CRC-32C. A processor takes three cycles for a step and can begin one in each, so of a long text three lanes are taken side by side
/// and joined: what is before a lane counts as if as many zeros followed it.
/// </summary>
internal static class Crc32C
{
    private const int Lane = 1024;

    /// <summary>For each byte of a sum, what it becomes when a lane of zeros follows.</summary>
    private static readonly uint[] BeforeLane = [.. Enumerable.Range(0, 4 * 256).Select(static i => AppendZeros((uint)(i & 255) << (8 * (i >> 8))))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 3 * Lane; bytes = bytes[(3 * Lane)..]) crc = AppendLanes(crc, bytes);
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private static uint AppendLanes(uint first, ReadOnlySpan<byte> bytes)
    {
        uint second = 0, third = 0;
        for (var at = 0; at < Lane; at += 8)
        {
            first = BitOperations.Crc32C(first, BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
            second = BitOperations.Crc32C(second, BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + Lane)..]));
            third = BitOperations.Crc32C(third, BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + (2 * Lane))..]));
        }

        return Join(Join(first, second), third);
    }

    private static uint Join(uint before, uint lane) =>
        BeforeLane[before & 255] ^ BeforeLane[256 + ((before >> 8) & 255)] ^ BeforeLane[512 + ((before >> 16) & 255)] ^ BeforeLane[768 + (before >> 24)] ^ lane;

    private static uint AppendZeros(uint crc)
    {
        for (var i = 0; i < Lane; i += 8) crc = BitOperations.Crc32C(crc, 0UL);
        return crc;
    }
}
