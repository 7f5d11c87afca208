using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Finds in a message about a spent quota when there is quota again.</summary>
internal static class QuotaReset
{
    /// <summary><c>usage limit reached|1795237596</c></summary>
    private static readonly Regex Epoch = Pattern(@"\|(?<seconds>[0-9]{10})\b");

    private static readonly Regex Instant = Pattern("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,16}(Z|[+-][0-9:]{5})?");

    /// <summary><c>try again in 2 days 3 hours</c>, <c>will reset after 3h12m5s</c></summary>
    private static readonly Regex Span = Pattern(@"(in|after) (?<span>([0-9]{1,6}(\.[0-9]{1,9})? ?(d|h|m|s)[a-z]*[ ,]*)+)");

    private static readonly Regex Part = Pattern(@"(?<count>[0-9]+(\.[0-9]+)?) ?(?<unit>d|h|m|s)");

    /// <summary><c>resets 3:45pm (America/New_York)</c>, <c>try again at 5:12 PM</c></summary>
    private static readonly Regex Clock = Pattern(
        @"(resets|at) (at )?(?<hour>1[0-2]|0?[1-9])(:(?<minute>[0-5][0-9]))? ?(?<half>am|pm)( \((?<zone>[A-Za-z0-9_/+-]+)\))?");

    public static DateTimeOffset? Find(string text, TimeProvider time)
    {
        var now = time.GetUtcNow();
        if (Epoch.Match(text) is { Success: true } epoch) return DateTimeOffset.FromUnixTimeSeconds(long.Parse(epoch.Groups["seconds"].ValueSpan));
        if (Instant.Match(text) is { Success: true } instant
            && DateTimeOffset.TryParse(instant.ValueSpan, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return at;
        if (Span.Match(text) is { Success: true } span) return now + Sum(span.Groups["span"].Value);
        return Clock.Match(text) is { Success: true } clock ? Next(clock, now, time.LocalTimeZone) : null;
    }

    private static TimeSpan Sum(string span)
    {
        var seconds = Part.Matches(span).Sum(part => double.Parse(part.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)
            * part.Groups["unit"].ValueSpan[0] switch { 'd' or 'D' => 86_400, 'h' or 'H' => 3_600, 'm' or 'M' => 60, _ => 1 });
        return TimeSpan.FromSeconds(seconds);
    }

    /// <summary>The next time that a clock shows it, in the zone that is named, else in that of this machine, where the CLI ran.</summary>
    private static DateTimeOffset? Next(Match clock, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (clock.Groups["zone"] is { Success: true } named && !TimeZoneInfo.TryFindSystemTimeZoneById(named.Value, out zone!)) return null;
        var hour = (int.Parse(clock.Groups["hour"].ValueSpan) % 12) + (clock.Groups["half"].ValueSpan[0] is 'p' or 'P' ? 12 : 0);
        var minute = clock.Groups["minute"] is { Success: true } told ? int.Parse(told.ValueSpan) : 0;
        var there = TimeZoneInfo.ConvertTime(now, zone);
        var local = there.Date.AddHours(hour).AddMinutes(minute);
        if (local <= there.DateTime) local = local.AddDays(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }

    private static Regex Pattern(string pattern) => new(pattern,
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
