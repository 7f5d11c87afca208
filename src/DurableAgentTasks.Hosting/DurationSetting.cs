using System.ComponentModel;
using System.Globalization;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Hosting;

/// <summary>
/// A duration as a setting has it: in ISO 8601, as the API writes them, or as .NET does, which alone would read <c>300</c> as 300 days.
/// </summary>
internal sealed class DurationSetting : TimeSpanConverter
{
    public const string Forms = "write it as PT5M, P30D (ISO 8601) or 00:05:00, 30.00:00:00";

    /// <summary>Has everything that binds settings read durations so.</summary>
    public static void Register() => TypeDescriptor.AddAttributes(typeof(TimeSpan), new TypeConverterAttribute(typeof(DurationSetting)));

    /// <exception cref="FormatException">It is no duration.</exception>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
    {
        if (value is not string text) return base.ConvertFrom(context, culture, value);
        if (Duration.TryParse(text, out var duration)) return duration;
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration)) return duration;
        throw new FormatException($"\"{text}\" is no duration: {Forms}.");
    }
}
