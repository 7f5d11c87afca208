using System.Text;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>What is asked of an agent.</summary>
public sealed record AgentRequest
{
    public required string Prompt { get; init; }

    /// <summary>For a new run the id it shall have, where the CLI lets us choose; for a resumed one that of its session.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether the session exists already.</summary>
    public bool Resume { get; init; }

    public string? Model { get; init; }

    public string? WorkingDirectory { get; init; }

    /// <summary>Added by the operator.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The last usage report of the session's earlier run.</summary>
    public AgentUsage SessionUsage { get; init; } = AgentUsage.None;
}

/// <param name="Arguments">Each as it reaches the program.</param>
/// <param name="StandardInput">The prompt, if it is given there.</param>
public sealed record AgentCommandLine(IReadOnlyList<string> Arguments, string? StandardInput)
{
    internal const string Added = "{arguments}", Prompt = "{prompt}", Session = "{session}";

    internal static readonly IReadOnlyList<string> Placeholders = [Prompt, Session, "{model}", "{directory}"];

    /// <exception cref="InvalidOperationException">The request is to resume a session, and names none or the CLI cannot.</exception>
    public static AgentCommandLine Of(AgentProfile profile, AgentRequest request)
    {
        if (request.Resume && (profile.ResumeArguments is null || string.IsNullOrEmpty(request.SessionId)))
            throw new InvalidOperationException($"Agent '{profile.Name}' cannot resume session '{request.SessionId}'.");

        var values = new Dictionary<string, string?>
        {
            [Prompt] = Unmistakable(request.Prompt),
            [Session] = request.SessionId,
            ["{model}"] = request.Model,
            ["{directory}"] = request.WorkingDirectory,
        };
        var groups = request.Resume ? profile.ResumeArguments! : profile.FreshArguments;
        var fromInput = profile.PromptFromInput is not null && (!Has(groups, Prompt) || !FitsArgument(values[Prompt]!));
        return new AgentCommandLine(
            [.. groups.SelectMany(group => group is [Added] ? request.Arguments : Fill(fromInput ? WithoutPrompt(group, profile) : group, values))],
            fromInput ? request.Prompt : null);
    }

    internal static bool Has(IEnumerable<IReadOnlyList<string>> groups, string placeholder) =>
        groups.Any(group => group.Any(argument => argument.Contains(placeholder, StringComparison.Ordinal)));

    /// <summary>What no argument can hold: more than Linux takes, and line breaks on Windows.</summary>
    internal static bool FitsArgument(string prompt) =>
        Encoding.UTF8.GetByteCount(prompt) <= LaunchCheck.LongestArgument && !(OperatingSystem.IsWindows() && prompt.AsSpan().ContainsAny('\r', '\n'));

    private static IReadOnlyList<string> WithoutPrompt(IReadOnlyList<string> group, AgentProfile profile)
    {
        if (!Has([group], Prompt)) return group;
        return string.IsNullOrEmpty(profile.PromptFromInput) ? [] : [profile.PromptFromInput];
    }

    private static IEnumerable<string> Fill(IReadOnlyList<string> group, Dictionary<string, string?> values)
    {
        var used = values.Where(value => group.Any(argument => argument.Contains(value.Key, StringComparison.Ordinal))).ToList();
        // Each argument holds one placeholder at most, so that a value is never searched for another.
        return used.Any(value => value.Value is null)
            ? []
            : group.Select(argument => used.Find(value => argument.Contains(value.Key, StringComparison.Ordinal)) is { Key: not null } found
                ? argument.Replace(found.Key, found.Value, StringComparison.Ordinal)
                : argument);
    }

    /// <summary>
    /// A prompt that begins with a dash would be taken for an option, and one of a single word for a subcommand (<c>claude -p update</c>).
    /// No command line parser does so after a space, and no model minds one.
    /// </summary>
    private static string Unmistakable(string prompt) =>
        prompt.StartsWith('-') || (prompt.Length > 0 && !prompt.Any(char.IsWhiteSpace)) ? $" {prompt}" : prompt;
}
