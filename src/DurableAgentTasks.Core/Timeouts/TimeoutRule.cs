using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Core.Timeouts;

/// <summary>How long something may take unless a request says otherwise, and the most a request may say.</summary>
public sealed class TimeoutRule(TimeSpan? @default, TimeSpan? max)
{
    /// <summary>The longest duration anything can be given; who wants more wants no limit.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(366);

    /// <summary><see langword="null"/> is no limit.</summary>
    public TimeSpan? Default { get; set; } = @default;

    /// <summary><see langword="null"/>: a request may ask for any time up to <see cref="Longest"/>, or for no limit.</summary>
    public TimeSpan? Max { get; set; } = max;

    /// <summary>In words, for messages.</summary>
    public string AllowedRange =>
        Max is { } most
            ? $"more than PT0S and at most {Duration.Format(most)}"
            : $"more than PT0S and at most {Duration.Format(Longest)}, or null for no limit";

    /// <summary>Whether a request may ask for <paramref name="value"/>; <see langword="null"/> asks for no limit.</summary>
    public bool Allows(TimeSpan? value) =>
        value is { } duration
            ? duration > TimeSpan.Zero && duration <= (Max ?? Longest)
            : Max is null;

    internal IEnumerable<string> Validate(bool canBeUnlimited)
    {
        var range = $"must be more than zero and at most {Longest.Days} days.";
        if (Max <= TimeSpan.Zero || Max > Longest) yield return $"Max {range}";
        if (Default <= TimeSpan.Zero || Default > Longest) yield return $"Default {range}";
        if (Default > Max) yield return $"Default ({Default}) must be at most Max ({Max}); lower the one or raise the other.";
        if (Default is null && Max is not null) yield return $"Default is no limit although Max is {Max}; set Default, or set Max to null.";
        if (!canBeUnlimited && (Default is null || Max is null))
        {
            yield return "Default and Max must both be set: only AgentStep, Phase, Task and Idle can do without a limit.";
        }
    }
}
