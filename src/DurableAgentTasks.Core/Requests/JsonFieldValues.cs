using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Core.Requests;

/// <summary>
/// Readers of single values. Each gives <see langword="null"/> for a field that is absent or, with an error recorded, wrong.
/// </summary>
internal static class JsonFieldValues
{
    /// <summary>Any text but a blank one, without NUL characters. It is not repeated in messages.</summary>
    public static string? Text(this JsonField field, int maxLength)
    {
        if (field.String("a string") is not { } text) return null;
        var blank = string.IsNullOrWhiteSpace(text) ? $"must not be empty: write 1 to {maxLength:N0} characters." : null;
        return field.Accept(text, blank ?? TextFault(text, maxLength));
    }

    /// <summary>Text for a command line: bounded by its size in UTF-8.</summary>
    public static string? Command(this JsonField field, int maxBytes)
    {
        if (field.Text(maxBytes) is not { } text) return null;
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= maxBytes) return text;
        field.Fail(
            $"is {bytes:N0} bytes of UTF-8 long; at most {maxBytes:N0} are allowed. "
            + "Put a longer script into a file of the workspace and run that.");
        return null;
    }

    /// <summary>Text on one line, without control characters.</summary>
    public static string? Line(this JsonField field, int maxLength)
    {
        if (field.Text(maxLength) is not { } text) return null;
        if (!text.Any(char.IsControl)) return text;
        field.Fail("must be one line without control characters.");
        return null;
    }

    /// <summary>A name that a rule describes; repeated in the message if it breaks it.</summary>
    public static string? Name(this JsonField field, Func<string, bool> isWellFormed, string rule)
    {
        if (field.String("a string") is not { } text) return null;
        if (isWellFormed(text)) return text;
        field.Fail($"{Shown.Text(text)} is not allowed: {rule}");
        return null;
    }

    public static TEnum? OneOf<TEnum>(this JsonField field)
        where TEnum : struct, Enum
    {
        var known = WireName.List<TEnum>();
        if (field.String($"one of {known}") is not { } text) return null;
        if (WireName.TryParse<TEnum>(text, out var value)) return value;
        field.Fail($"{Shown.Text(text)} is unknown: write one of {known}.{NearestName.Question(text, known.Split(", "))}");
        return null;
    }

    public static bool? Flag(this JsonField field)
    {
        if (field.IsAbsent) return null;
        if (field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False) return field.Value.GetBoolean();
        field.Fail($"must be true or false, not {field.KindName()}.");
        return null;
    }

    public static int? Integer(this JsonField field, int min, int max) => (int?)field.Integer((long)min, max);

    public static long? Integer(this JsonField field, long min, long max)
    {
        var range = max == long.MaxValue ? $"of at least {min:N0}" : $"from {min:N0} to {max:N0}";
        if (!field.IsOf($"a whole number {range}", JsonValueKind.Number)) return null;
        if (field.Value.TryGetInt64(out var number) && number >= min && number <= max) return number;
        field.Fail($"must be a whole number {range}, not {Shown.Number(field.Value.GetRawText())}.");
        return null;
    }

    /// <summary>A number above zero.</summary>
    public static decimal? Amount(this JsonField field, decimal max)
    {
        if (!field.IsOf("a number", JsonValueKind.Number)) return null;
        if (field.Value.TryGetDecimal(out var number) && number > 0 && number <= max) return number;
        field.Fail($"must be more than 0 and at most {max:N0}, not {Shown.Number(field.Value.GetRawText())}.");
        return null;
    }

    /// <summary>A duration the rule allows; <paramref name="what"/> says whose, such as "a step of kind shell".</summary>
    public static TimeSpan? Duration(this JsonField field, TimeoutRule rule, string what)
    {
        if (field.IsAbsent) return null;
        if (field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out var seconds) && seconds > 0)
        {
            field.Fail($"must be an ISO 8601 duration, not a number: for {seconds} seconds write \"PT{seconds}S\".");
            return null;
        }

        if (field.String("an ISO 8601 duration such as \"PT1H30M\"") is not { } text) return null;
        if (!Json.Duration.TryParse(text, out var duration))
        {
            field.Fail(
                $"{Shown.Text(text)} is no ISO 8601 duration: "
                + "write it like \"PT30S\", \"PT10M\", \"PT1H30M\" or \"P2D\" (no years, months or weeks).");
            return null;
        }

        if (rule.Allows(duration)) return duration;
        field.Fail($"{Shown.Text(text)} is out of range: {what} may take {rule.AllowedRange}.");
        return null;
    }

    /// <summary>The text as it stands; <see langword="null"/> if it is absent, or no valid text.</summary>
    public static string? String(this JsonField field, string what)
    {
        if (!field.IsOf(what, JsonValueKind.String)) return null;
        try
        {
            return field.Value.GetString();
        }
        catch (InvalidOperationException)
        {
            field.Fail("is not valid Unicode: it has half of a surrogate pair (such as \\ud800).");
            return null;
        }
    }

    /// <summary>The text, or <see langword="null"/> with an error recorded if there is something wrong with it.</summary>
    public static string? Accept(this JsonField field, string text, string? fault)
    {
        if (fault is null) return text;
        field.Fail(fault);
        return null;
    }

    /// <summary>What is wrong with a text of bounded length, in words that do not repeat it.</summary>
    public static string? TextFault(string text, int maxLength)
    {
        if (text.Length > maxLength) return $"is {text.Length:N0} characters long; at most {maxLength:N0} are allowed.";
        var nul = text.IndexOf('\0', StringComparison.Ordinal);
        return nul < 0 ? null : $"contains a NUL character (U+0000) at position {nul + 1:N0}; remove it.";
    }
}
