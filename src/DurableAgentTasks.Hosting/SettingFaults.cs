using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Hosting;

/// <summary>
/// What a section of the configuration holds that its options do not: names that are unknown, and values that do not fit. The binder of
/// .NET passes over the former and stops at the first of the latter.
/// </summary>
internal static class SettingFaults
{
    /// <returns>A sentence for each, empty if the section can be bound.</returns>
    public static IEnumerable<string> In(IConfigurationSection section, Type type)
    {
        if (IsValue(type)) return OfValue(section, type);
        return ItemOf(type) is { } item
            ? section.GetChildren().SelectMany(child => In(child, item))
            : section.GetChildren().SelectMany(child => OfNamed(section, child, type));
    }

    private static IEnumerable<string> OfNamed(IConfigurationSection section, IConfigurationSection child, Type type)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } || !IsValue(property.PropertyType))
            .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
        if (known.TryGetValue(child.Key, out var its)) return In(child, its);
        return [NearestName.Of(child.Key, known.Keys) is { } near
            ? $"{child.Path} is no setting. Did you mean {section.Path}:{near}?"
            : $"{child.Path} is no setting. Those there are: {string.Join(", ", known.Keys)}."];
    }

    private static IEnumerable<string> OfValue(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().Any()) yield return $"{section.Path} is one value: it has no settings below it.";
        var inner = Nullable.GetUnderlyingType(type);
        if (section.Value is not { } text || type == typeof(string) || (text.Length == 0 && inner is not null)) yield break;
        if (!Fits(text, inner ?? type)) yield return $"{section.Path}: \"{text}\" {WhatIsWanted(inner ?? type)}.";
    }

    private static bool Fits(string text, Type type)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string WhatIsWanted(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => $"is no duration: {DurationSetting.Forms}",
        { IsEnum: true } => $"is not one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "is neither true nor false",
        _ => "is no whole number, or too large a one",
    };

    private static bool IsValue(Type type) => type == typeof(string) || TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>What a list or a dictionary holds; <see langword="null"/> for options.</summary>
    private static Type? ItemOf(Type type) => type switch
    {
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(Dictionary<,>) => type.GetGenericArguments()[1],
        { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(List<>) => type.GetGenericArguments()[0],
        _ => null,
    };
}
