namespace DurableAgentTasks.Agents.StreamJson;

/// <summary>
/// Cuts a stream of bytes into lines. Chunks come cut at any place; the lines are the same wherever that was. A line that lies whole in
/// a chunk is not copied. Of a longer line than <paramref name="longest"/> only the beginning is kept, so memory is bounded.
/// </summary>
/// <param name="longest">How many bytes of a line are kept, from 1.</param>
/// <param name="offset">Where in the stream the first chunk begins.</param>
public sealed class LineSplitter(int longest, long offset)
{
    /// <summary>A buffer that a long line left behind is given back when it is larger than this.</summary>
    private const int LargestIdleBuffer = 256 * 1024;

    private byte[] _held = [];
    private int _heldCount;
    private long _length;
    private bool _endsWithReturn;
    private bool _lineWasReturned;

    /// <summary>Where the line begins that is not complete yet; a later life reads on from here.</summary>
    public long LineStart { get; private set; } = offset;

    /// <summary>Takes the next line off a chunk. When it returns false the chunk is used up and its rest is kept.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> chunk, out StreamLine line)
    {
        Forget();
        var newline = chunk.IndexOf((byte)'\n');
        if (newline < 0)
        {
            Hold(chunk);
            chunk = [];
            line = default;
            return false;
        }

        var rest = chunk[..newline];
        chunk = chunk[(newline + 1)..];
        if (_length == 0)
        {
            line = Line(rest, rest.Length, rest.EndsWith("\r"u8));
        }
        else
        {
            Hold(rest);
            line = Line(_held.AsSpan(0, _heldCount), _length, _endsWithReturn);
        }

        LineStart += Math.Max(rest.Length, _length) + 1;
        _lineWasReturned = true;
        return true;
    }

    /// <summary>What is left when the stream has ended, if anything is.</summary>
    public bool TryReadTail(out StreamLine line)
    {
        Forget();
        line = new StreamLine { Content = _held.AsSpan(0, _heldCount), Length = _length, Offset = LineStart, Terminated = false };
        LineStart += _length;
        _lineWasReturned = true;
        return _length > 0;
    }

    private StreamLine Line(ReadOnlySpan<byte> content, long length, bool endsWithReturn)
    {
        if (endsWithReturn) length--;
        return new StreamLine
        {
            Content = content[..(int)Math.Min(content.Length, Math.Min(length, longest))],
            Length = length,
            Offset = LineStart,
            Terminated = true,
        };
    }

    /// <summary>The line that was given out may lie in the buffer, so it is emptied only at the next call.</summary>
    private void Forget()
    {
        if (!_lineWasReturned) return;
        (_heldCount, _length, _endsWithReturn, _lineWasReturned) = (0, 0, false, false);
        if (_held.Length > LargestIdleBuffer) _held = [];
    }

    private void Hold(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return;
        _length += part.Length;
        _endsWithReturn = part[^1] == '\r';
        var kept = part[..Math.Min(part.Length, longest - _heldCount)];
        if (_heldCount + kept.Length > _held.Length)
            Array.Resize(ref _held, (int)Math.Min(longest, Math.Max(2L * _held.Length, _heldCount + kept.Length)));
        kept.CopyTo(_held.AsSpan(_heldCount));
        _heldCount += kept.Length;
    }
}
