using System.Buffers;
using System.Globalization;
using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>The wanted fields of one line. Nothing is decoded before it is asked for.</summary>
internal readonly ref struct LineFields(ReadOnlySpan<byte> json, FieldReader fields)
{
    private readonly ReadOnlySpan<int> _first = fields.First;

    public ReadOnlySpan<byte> Json { get; } = json;

    public ReadOnlySpan<FieldValue> Values { get; } = fields.Values;

    /// <summary>Where in <see cref="Values"/> the first one of a path is; -1 if there is none.</summary>
    public int First(int? path) => path is { } number ? _first[number] : -1;

    /// <summary>The text of a field: that of the element, or that outside of arrays, or else of all elements.</summary>
    public string? Text(int? path, int element)
    {
        string? text = null;
        for (var at = First(path); at >= 0; at = Values[at].Next)
        {
            var value = Values[at];
            if (element >= 0 && value.Element >= 0 && value.Element != element) continue;
            text = text is null ? value.Text(Json) : $"{text}, {value.Text(Json)}";
        }

        return text;
    }

    /// <summary>Writes what <see cref="Text"/> gives.</summary>
    public void WriteText(int? path, int element, IBufferWriter<char> text)
    {
        var separator = "";
        for (var at = First(path); at >= 0; at = Values[at].Next)
        {
            ref readonly var value = ref Values[at];
            if (element >= 0 && value.Element >= 0 && value.Element != element) continue;
            text.Write(separator);
            value.WriteText(Json, text);
            separator = ", ";
        }
    }

    /// <summary>Whether a field is there as one text, and this one.</summary>
    public bool Is(int? path, string text) =>
        First(path) is >= 0 and var at && Values[at].Next < 0 && Ascii.Equals(Values[at].Raw(Json), text);

    public long Number(int? path) => (long)(Decimal(path) ?? 0);

    public int? Status(int? path) => Decimal(path) is >= 100 and < 1000 and var status ? (int)status : null;

    /// <summary>A number of any size; one that no decimal can hold counts as not given.</summary>
    public decimal? Decimal(int? path) =>
        First(path) is >= 0 and var at
        && decimal.TryParse(Values[at].Raw(Json), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && Math.Abs(number) < long.MaxValue ? number : null;
}
