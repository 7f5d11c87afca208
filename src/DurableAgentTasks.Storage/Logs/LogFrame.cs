using System.Buffers.Binary;
using System.Text;

namespace DurableAgentTasks.Storage.Logs;

[Flags]
internal enum LogFrameFlags : byte
{
    None = 0,

    /// <summary>The first bytes go on with the line that the source's frame before left unfinished; they have no number of their own.</summary>
    BeginsInLine = 1,

    /// <summary>No newline at the end: the line is longer than what is held back, or the source ended so.</summary>
    EndsInLine = 2,
}

/// <summary>
/// The unit of a segment: a header, the names of step and run, and as body the bytes of lines of one source, as they came.
/// Little-endian: <c>0</c> magic, <c>4</c> CRC-32C of the header from 8 on with the names, <c>8</c> CRC-32C of the body, <c>12</c> body
/// length, <c>16</c> first number, <c>24</c> time in Unix ms, <c>32</c> source offset, <c>40</c> lines, <c>44</c> kind, <c>45</c> flags,
/// <c>46</c> length of the step id, <c>47</c> length of the run id, <c>48</c> the two names.
/// </summary>
internal readonly record struct LogFrame
{
    /// <summary>A <see cref="LogStream"/>, or <see cref="Positions"/>.</summary>
    public required byte Kind { get; init; }

    public LogFrameFlags Flags { get; init; }

    /// <summary>The number of the first line that begins here, or would.</summary>
    public required long FirstSeq { get; init; }

    /// <summary>How many lines begin here; an unfinished last one counts, a continued first one does not.</summary>
    public required int Lines { get; init; }

    public required long Time { get; init; }

    /// <summary>How far the source has been taken in, this frame included.</summary>
    public required long SourceOffset { get; init; }

    public required string StepId { get; init; }

    public required string Run { get; init; }

    public int BodyLength { get; init; }

    public uint BodyCrc { get; init; }

    /// <summary>The kind of each segment's first frame: the sources and how far they are, as JSON.</summary>
    public const byte Positions = 0;

    public const int FixedLength = 48;
    public const int MaxHeaderLength = FixedLength + (2 * byte.MaxValue);
    private const uint Magic = 0x314c4144; // "DAL1"

    public LogStream Stream => (LogStream)Kind;

    public long LastSeq => FirstSeq + Lines - 1;

    public static int HeaderLength(string stepId, string run) =>
        FixedLength + Encoding.UTF8.GetByteCount(stepId) + Encoding.UTF8.GetByteCount(run);

    /// <summary>Writes the header before the body, which stands in its place already.</summary>
    /// <param name="frame">The whole frame; the body begins where the header ends.</param>
    public void WriteHeader(Span<byte> frame)
    {
        var step = Encoding.UTF8.GetBytes(StepId, frame[FixedLength..]);
        var run = Encoding.UTF8.GetBytes(Run, frame[(FixedLength + step)..]);
        var header = frame[..(FixedLength + step + run)];
        var body = frame[header.Length..];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Crc32C.Of(body));
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], body.Length);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], FirstSeq);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], Time);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], SourceOffset);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], Lines);
        header[44] = Kind;
        header[45] = (byte)Flags;
        header[46] = checked((byte)step);
        header[47] = checked((byte)run);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32C.Of(header[8..]));
    }

    /// <summary>How long the header is that begins with these <see cref="FixedLength"/> bytes; 0 if none does.</summary>
    public static int ReadHeaderLength(ReadOnlySpan<byte> begin) =>
        BinaryPrimitives.ReadUInt32LittleEndian(begin) == Magic ? FixedLength + begin[46] + begin[47] : 0;

    /// <summary>Reads a whole header; <see langword="null"/> if it is damaged.</summary>
    public static LogFrame? Read(ReadOnlySpan<byte> header)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) != Crc32C.Of(header[8..])) return null;
        var step = header[46];
        return new LogFrame
        {
            Kind = header[44],
            Flags = (LogFrameFlags)header[45],
            FirstSeq = BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
            Lines = BinaryPrimitives.ReadInt32LittleEndian(header[40..]),
            Time = BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
            SourceOffset = BinaryPrimitives.ReadInt64LittleEndian(header[32..]),
            StepId = Encoding.UTF8.GetString(header.Slice(FixedLength, step)),
            Run = Encoding.UTF8.GetString(header.Slice(FixedLength + step, header[47])),
            BodyLength = BinaryPrimitives.ReadInt32LittleEndian(header[12..]),
            BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]),
        };
    }

    public bool Fits(ReadOnlySpan<byte> body) => Crc32C.Of(body) == BodyCrc;
}
