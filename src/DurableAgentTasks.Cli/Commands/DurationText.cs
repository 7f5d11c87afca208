using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>Durations as people write them, <c>90m</c> or <c>1h30m</c>, and as the API does, <c>PT1H30M</c>.</summary>
internal static partial class DurationText
{
    public static TimeSpan? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (TryParse(text, out var duration)) return duration;
        argument.AddError($"\"{text}\" is no duration: write it as 90m, 1h30m, 2d or PT1H30M.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (Duration.TryParse(text, out duration)) return duration > TimeSpan.Zero;
        var match = Units().Match(text);
        if (!match.Success || text.Length == 0) return false;
        duration = new TimeSpan(Number("d"), Number("h"), Number("m"), Number("s"));
        return duration > TimeSpan.Zero;

        int Number(string unit) => match.Groups[unit].Success ? int.Parse(match.Groups[unit].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("^((?<d>[0-9]{1,4})d)?((?<h>[0-9]{1,6})h)?((?<m>[0-9]{1,6})m)?((?<s>[0-9]{1,6})s)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Units();
}
