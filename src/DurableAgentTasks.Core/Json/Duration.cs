using System.Xml;

namespace DurableAgentTasks.Core.Json;

/// <summary>ISO 8601 durations of days, hours, minutes and seconds. Years and months are refused: their length is not fixed.</summary>
public static class Duration
{
    private const int MaxLength = 40;

    public static string Format(TimeSpan value) => XmlConvert.ToString(value);

    /// <summary>Reads <c>PT1H30M</c> and its like, negative ones too; anything else, spaces around it included, is no duration.</summary>
    public static bool TryParse(string? text, out TimeSpan value)
    {
        value = default;
        if (text is null || text.Length is 0 or > MaxLength) return false;
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return false;
        var days = text.AsSpan(0, text.IndexOf('T') is var t and >= 0 ? t : text.Length);
        if (days.ContainsAny('Y', 'M')) return false;
        try
        {
            value = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return false;
        }
    }
}
