using System.Buffers;
using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Activities.Secrets;

/// <summary>The two streams of one run on their way through a mask.</summary>
internal sealed class MaskedOutput(SecretMask mask, OutputSink next)
{
    private readonly Held _output = new();
    private readonly Held _error = new();

    public async ValueTask ReceiveAsync(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
    {
        var held = stream == OutputStream.StandardOutput ? _output : _error;
        var begins = offsetAfter - chunk.Length;

        // The file was truncated and is read again from its beginning: what is held will not go on.
        if (held.Text.Length > 0 && held.EndsAt != begins) await HandOnAsync(stream, held, held.EndsAt, end: false, atEnd: true, cancellationToken);
        held.Text = held.Text.Length == 0 ? Characters(chunk.Span) : string.Concat(held.Text, Characters(chunk.Span));
        held.EndsAt = offsetAfter;
        await HandOnAsync(stream, held, offsetAfter, end, atEnd: end, cancellationToken);
    }

    /// <summary>
    /// In pieces, each of which is a replacement or has none: so whoever keeps a part of a piece for later can tell from its length how
    /// far it is in the output.
    /// </summary>
    private async ValueTask HandOnAsync(OutputStream stream, Held held, long offsetAfter, bool end, bool atEnd, CancellationToken cancellationToken)
    {
        held.Masked.ResetWrittenCount();
        held.Cuts.Clear();
        var known = mask.Scan(held.Text, atEnd, held.Masked, held.Cuts);
        var begins = offsetAfter - held.Text.Length;
        held.Text = held.Text[known..];
        held.Cuts.Add((held.Masked.WrittenCount, known));
        var written = 0;
        foreach (var cut in held.Cuts)
        {
            if (cut.Written > written) await next(stream, held.Masked.WrittenMemory[written..cut.Written], begins + cut.Read, end: false, cancellationToken);
            written = cut.Written;
        }

        if (end) await next(stream, ReadOnlyMemory<byte>.Empty, offsetAfter, end: true, cancellationToken);
    }

    private static string Characters(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed class Held
    {
        public string Text { get; set; } = "";

        public long EndsAt { get; set; }

        public ArrayBufferWriter<byte> Masked { get; } = new();

        public List<(int Written, int Read)> Cuts { get; } = [];
    }
}
