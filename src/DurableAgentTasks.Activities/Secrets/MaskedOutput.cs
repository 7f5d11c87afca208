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
        if (held.Text.Length > 0 && held.EndsAt != offsetAfter - chunk.Length)
        {
            // The file was truncated and is read again from its beginning: what is held will not go on.
            var last = Mask(held, ReadOnlyMemory<byte>.Empty, atEnd: true);
            await next(stream, last, held.EndsAt, end: false, cancellationToken);
        }

        var masked = Mask(held, chunk, atEnd: end);
        held.EndsAt = offsetAfter;
        if (masked.Length > 0 || end) await next(stream, masked, offsetAfter - held.Text.Length, end, cancellationToken);
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
            var known = mask.Scan(text, atEnd, held.Masked);
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
    }
}
