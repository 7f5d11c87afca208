using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>What each segment begins with, so that opening a log, and counting it, reads the last one only.</summary>
/// <param name="Positions">The sources that may go on.</param>
/// <param name="Counts">Of all segments before; <see langword="null"/> if that is not known.</param>
internal sealed record LogBeginning(IReadOnlyList<LogPosition> Positions, LogCounts? Counts)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, TaskJson.Options);

    /// <summary>Reads also what was written before there were counts: the positions alone.</summary>
    public static LogBeginning Read(ReadOnlySpan<byte> bytes) => bytes is [(byte)'[', ..]
        ? new LogBeginning(JsonSerializer.Deserialize<LogPosition[]>(bytes, TaskJson.Options)!, Counts: null)
        : JsonSerializer.Deserialize<LogBeginning>(bytes, TaskJson.Options)!;
}

internal static class LogCounting
{
    public static LogCounts Zero { get; } = new(0, 0, 0);

    /// <summary>With what a frame holds.</summary>
    public static LogCounts Add(this LogCounts counts, in LogFrame frame) => new(
        Math.Max(counts.Messages, frame.LastSeq),
        counts.Bytes + frame.BodyLength,
        counts.Errors + (frame.Kind == (byte)LogStream.Stderr ? frame.Lines : 0));
}
