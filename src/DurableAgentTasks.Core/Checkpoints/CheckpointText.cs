using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// A checkpoint as it is stored: JSON that carries the SHA-256 of its own inner bytes, <c>{"sha256":"…","checkpoint":{…}}</c>. One bit
/// that is another, or one byte too few or too many, is seen.
/// </summary>
public static class CheckpointText
{
    private const int HashDigits = 64;

    private static ReadOnlySpan<byte> Head => "{\"sha256\":\""u8;

    private static ReadOnlySpan<byte> Middle => "\",\"checkpoint\":"u8;

    private static ReadOnlySpan<byte> End => "}\n"u8;

    public static byte[] Write(Checkpoint checkpoint) => Wrap(JsonSerializer.SerializeToUtf8Bytes(checkpoint, TaskJson.Options));

    /// <returns><see langword="false"/> if these are not the bytes that were written.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, [NotNullWhen(true)] out Checkpoint? checkpoint)
    {
        checkpoint = null;
        var start = Head.Length + HashDigits + Middle.Length;
        if (text.Length < start + End.Length) return false;
        var inner = text[start..^End.Length];
        if (!text.SequenceEqual(Wrap(inner))) return false;
        checkpoint = JsonSerializer.Deserialize<Checkpoint>(inner, TaskJson.Options);
        return checkpoint is not null;
    }

    private static byte[] Wrap(ReadOnlySpan<byte> inner) =>
        [.. Head, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(inner))), .. Middle, .. inner, .. End];
}
