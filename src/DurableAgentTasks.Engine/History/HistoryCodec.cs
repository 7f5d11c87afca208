using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.History;

/// <summary>
/// History events as bytes: kind, time, two bytes that say which fields follow, the fields. Integers are variable-length, texts
/// UTF-8 with their length before them.
/// </summary>
internal static class HistoryCodec
{
    private const int HeadLength = 11;
    private const int LargestScratch = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    [Flags]
    private enum Fields : ushort
    {
        None = 0,
        Number = 1,
        Name = 2,
        Text = 4,
        Payload = 8,
        CustomStatus = 16,
        Moment = 32,
        Status = 64,
        Carried = 128,
        Turn = 256,
    }

    /// <summary>The event as bytes, valid until this thread encodes the next.</summary>
    public static ReadOnlySpan<byte> Encode(HistoryEvent item)
    {
        // A thread does not keep the room that one large payload took.
        if (_scratch is null or { Capacity: > LargestScratch }) _scratch = new ArrayBufferWriter<byte>(1024);
        _scratch.ResetWrittenCount();
        Write(item, _scratch);
        return _scratch.WrittenSpan;
    }

    private static void Write(HistoryEvent item, ArrayBufferWriter<byte> output)
    {
        var fields = FieldsOf(item);
        var head = output.GetSpan(HeadLength);
        head[0] = (byte)item.Kind;
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)fields);
        BinaryPrimitives.WriteInt64LittleEndian(head[3..], item.Time.UtcTicks);
        output.Advance(HeadLength);
        if (fields.HasFlag(Fields.Number)) WriteNumber(output, (uint)item.Number);
        if (fields.HasFlag(Fields.Turn)) WriteNumber(output, (uint)item.Turn);
        if (fields.HasFlag(Fields.Name)) WriteText(output, item.Name!);
        if (fields.HasFlag(Fields.Text)) WriteText(output, item.Text!);
        if (fields.HasFlag(Fields.Payload)) WriteBytes(output, item.Payload!);
        if (fields.HasFlag(Fields.CustomStatus)) WriteBytes(output, item.CustomStatus!);
        if (fields.HasFlag(Fields.Moment))
        {
            BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), item.Moment.UtcTicks);
            output.Advance(8);
        }

        if (fields.HasFlag(Fields.Status)) WriteNumber(output, (uint)item.Status);
        if (!fields.HasFlag(Fields.Carried)) return;
        WriteNumber(output, (uint)item.Carried.Count);
        foreach (var carried in item.Carried) Write(carried, output);
    }

    /// <exception cref="InvalidDataException">These bytes were not written by <see cref="Write"/>.</exception>
    public static HistoryEvent Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ReadEvent(ref bytes);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException("A record of the journal is not a history event; it was written by another version.", error);
        }
    }

    private static HistoryEvent ReadEvent(ref ReadOnlySpan<byte> bytes)
    {
        var kind = (EventKind)bytes[0];
        var fields = (Fields)BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        var time = ReadTime(bytes[3..]);
        bytes = bytes[HeadLength..];

        // An initialiser is evaluated in the order it is written, which is the order of the fields.
        return new HistoryEvent
        {
            Kind = kind,
            Time = time,
            Number = fields.HasFlag(Fields.Number) ? (int)ReadNumber(ref bytes) : -1,
            Turn = fields.HasFlag(Fields.Turn) ? (int)ReadNumber(ref bytes) : 0,
            Name = fields.HasFlag(Fields.Name) ? ReadText(ref bytes) : null,
            Text = fields.HasFlag(Fields.Text) ? ReadText(ref bytes) : null,
            Payload = fields.HasFlag(Fields.Payload) ? ReadBytes(ref bytes).ToArray() : null,
            CustomStatus = fields.HasFlag(Fields.CustomStatus) ? ReadBytes(ref bytes).ToArray() : null,
            Moment = fields.HasFlag(Fields.Moment) ? ReadMoment(ref bytes) : default,
            Status = fields.HasFlag(Fields.Status) ? (RuntimeStatus)ReadNumber(ref bytes) : default,
            Carried = fields.HasFlag(Fields.Carried) ? ReadCarried(ref bytes) : [],
        };
    }

    private static Fields FieldsOf(HistoryEvent item) =>
        (item.Number >= 0 ? Fields.Number : Fields.None)
        | (item.Name is null ? Fields.None : Fields.Name)
        | (item.Text is null ? Fields.None : Fields.Text)
        | (item.Payload is null ? Fields.None : Fields.Payload)
        | (item.CustomStatus is null ? Fields.None : Fields.CustomStatus)
        | (item.Moment == default ? Fields.None : Fields.Moment)
        | (item.Status == default ? Fields.None : Fields.Status)
        | (item.Carried.Count == 0 ? Fields.None : Fields.Carried)
        | (item.Turn == 0 ? Fields.None : Fields.Turn);

    private static HistoryEvent[] ReadCarried(ref ReadOnlySpan<byte> bytes)
    {
        var items = new HistoryEvent[ReadNumber(ref bytes)];
        for (var i = 0; i < items.Length; i++) items[i] = ReadEvent(ref bytes);
        return items;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, uint value)
    {
        var span = output.GetSpan(5);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        output.Advance(length);
    }

    private static uint ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(output, (uint)length);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(ReadBytes(ref bytes));

    private static void WriteBytes(ArrayBufferWriter<byte> output, byte[] bytes)
    {
        WriteNumber(output, (uint)bytes.Length);
        output.Write(bytes);
    }

    private static ReadOnlySpan<byte> ReadBytes(ref ReadOnlySpan<byte> bytes)
    {
        var length = checked((int)ReadNumber(ref bytes));
        var value = bytes[..length];
        bytes = bytes[length..];
        return value;
    }

    private static DateTimeOffset ReadMoment(ref ReadOnlySpan<byte> bytes)
    {
        var moment = ReadTime(bytes);
        bytes = bytes[8..];
        return moment;
    }

    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(bytes), TimeSpan.Zero);
}
