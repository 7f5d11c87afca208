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

        // The file was truncated and is read again from its beginning: what is held will not go on.
        if (held.Text.Length > 0 && held.EndsAt != offsetAfter - chunk.Length) await HandOnAsync(stream, held, ReadOnlyMemory<byte>.Empty, atEnd: true, end: false, cancellationToken);
        held.EndsAt = offsetAfter;
        await HandOnAsync(stream, held, chunk, atEnd: end, end, cancellationToken);
    }

    /// <summary>
    /// In pieces, each of which is a replacement or has none: so whoever keeps a part of a piece for later can tell from its length how
    /// far it is in the output.
    /// </summary>
    private async ValueTask HandOnAsync(OutputStream stream, Held held, ReadOnlyMemory<byte> chunk, bool atEnd, bool end, CancellationToken cancellationToken)
    {
        var begins = held.EndsAt - chunk.Length - held.Text.Length;
        held.Cuts.Clear();
        var masked = Mask(held, chunk, atEnd);
        held.Cuts.Add((masked.Length, (int)(held.EndsAt - held.Text.Length - begins)));
        var written = 0;
        for (var piece = 0; piece < held.Cuts.Count; piece++)
        {
            var (to, read) = held.Cuts[piece];
            var last = end && piece == held.Cuts.Count - 1;
            if (to > written || last) await next(stream, masked[written..to], begins + read, last, cancellationToken);
            written = to;
        }
    }

    /// <summary>What is known now. Where nothing was held and nothing is replaced, it is the chunk itself.</summary>
    private ReadOnlyMemory<byte> Mask(Held held, ReadOnlyMemory<byte> chunk, bool atEnd)
    {
        var before = held.Text.Length;
        var buffer = ArrayPool<char>.Shared.Rent(before + chunk.Length);
        try
        {
            held.Text.CopyTo(buffer);
            Encoding.Latin1.GetChars(chunk.Span, buffer.AsSpan(before));
            var text = buffer.AsSpan(0, before + chunk.Length);
            held.Masked.ResetWrittenCount();
            var known = mask.Scan(text, atEnd, held.Masked, held.Cuts);
            held.Text = known == text.Length ? "" : new string(text[known..]);
            if (held.Masked.WrittenCount > 0) return held.Masked.WrittenMemory;
            if (before == 0) return chunk[..known];
            SecretMask.Write(text[..known], held.Masked);
            return held.Masked.WrittenMemory;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private sealed class Held
    {
        /// <summary>The beginning of a value, perhaps; bytes as characters of Latin 1.</summary>
        public string Text { get; set; } = "";

        public long EndsAt { get; set; }

        public ArrayBufferWriter<byte> Masked { get; } = new();

        public List<(int Written, int Read)> Cuts { get; } = [];
    }
}
