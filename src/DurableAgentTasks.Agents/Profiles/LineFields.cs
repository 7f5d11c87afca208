using System.Globalization;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>The wanted fields of one line. No event is made before a rule fits.</summary>
internal readonly ref struct LineFields(ReadOnlySpan<byte> json, ReadOnlySpan<FieldValue> values)
{
    public ReadOnlySpan<byte> Json { get; } = json;

    public ReadOnlySpan<FieldValue> Values { get; } = values;

    /// <summary>The text of a field: that of the element, or that outside of arrays, or else of all elements.</summary>
    public string? Text(int? path, int element)
    {
        string? text = null;
        foreach (var value in Values)
        {
            if (value.Path != path || (element >= 0 && value.Element >= 0 && value.Element != element)) continue;
            text = text is null ? value.Text(Json) : $"{text}, {value.Text(Json)}";
        }

        return text;
    }

    public long Number(int? path) => (long)(Decimal(path) ?? 0);

    public int? Status(int? path) => Decimal(path) is >= 100 and < 1000 and var status ? (int)status : null;

    /// <summary>A number of any size; one that no decimal can hold counts as not given.</summary>
    public decimal? Decimal(int? path)
    {
        foreach (var value in Values)
        {
            if (value.Path != path) continue;
            return decimal.TryParse(value.Raw(Json), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number) < long.MaxValue ? number : null;
        }

        return null;
    }
}
