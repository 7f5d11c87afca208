using System.Buffers;
using System.Text;

namespace DurableAgentTasks.Storage.Logs;

/// <summary>Lines as text, cut out of a frame's bytes.</summary>
internal static class LogText
{
    /// <summary>More of a line is not shown in a page. No less of it is in the frame it begins in.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>Adds the frame's lines above <paramref name="after"/> until <paramref name="lines"/> takes no more.</summary>
    public static void Read(in LogFrame frame, ReadOnlySpan<byte> body, long after, LogPageLines lines)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(frame.Time);
        var stepId = frame.Stream == LogStream.System ? null : frame.StepId;
        if (frame.Flags.HasFlag(LogFrameFlags.BeginsInLine)) body = Rest(body, body.IndexOf((byte)'\n'));
        for (var seq = frame.FirstSeq; seq <= frame.LastSeq; seq++)
        {
            var end = body.IndexOf((byte)'\n');
            if (seq > after)
            {
                var (text, truncated) = Decode(end < 0 ? body : WithoutReturn(body[..end]));
                if (!lines.TryAdd(new LogLine(seq, time, frame.Stream, stepId, text, truncated))) return;
            }

            body = Rest(body, end);
        }
    }

    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> body, int newline) => newline < 0 ? [] : body[(newline + 1)..];

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line is [.. var text, (byte)'\r'] ? text : line;

    private static (string Text, bool Truncated) Decode(ReadOnlySpan<byte> line)
    {
        if (line.Length <= MaxLineBytes) return (Encoding.UTF8.GetString(line), false);
        line = line[..MaxLineBytes];

        // A character the cut goes through is left out, not shown as a broken one.
        for (var tail = 1; tail <= 3; tail++)
        {
            if ((line[^tail] & 0xC0) == 0x80) continue;
            if (Rune.DecodeFromUtf8(line[^tail..], out _, out _) == OperationStatus.NeedMoreData) line = line[..^tail];
            break;
        }

        return (Encoding.UTF8.GetString(line), true);
    }
}
