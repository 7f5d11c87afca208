using System.Text.RegularExpressions;
using DurableAgentTasks.Agents.StreamJson;
using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>What is wrong with the description of an operator's own CLI.</summary>
internal static class AgentDescriptionCheck
{
    private static readonly Regex Placeholder = new(@"\{[A-Za-z]+\}", RegexOptions.NonBacktracking);

    private static readonly Regex FieldPath = new(
        @"^[^.\[\]=&|\s]+(\[\])*(\.[^.\[\]=&|\s]+(\[\])*)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    public static IEnumerable<string> Errors(string key, AgentProfileOptions options) =>
    [
        .. GroupErrors($"{key}:FreshArgs", options.FreshArgs),
        .. GroupErrors($"{key}:ResumeArgs", options.ResumeArgs),
        .. PromptErrors(key, options),
        .. SessionErrors(key, options),
        .. options.Events.SelectMany((rule, at) => RuleErrors($"{key}:Events:{at}", rule)),
        .. options.ExitCodes.Keys.Where(static code => code is < 1 or > 255).Select(code => $"{key}:ExitCodes:{code} is no exit code of a failure; write 1 to 255."),
    ];

    /// <summary>A CLI that is known needs no description, and a second one would be wrong at its next version.</summary>
    public static IEnumerable<string> Unwanted(string key, AgentProfileOptions options, string adapter)
    {
        (string Name, bool Given)[] described =
        [
            ("FreshArgs", options.FreshArgs.Count > 0), ("ResumeArgs", options.ResumeArgs.Count > 0),
            ("PromptFromInput", options.PromptFromInput is not null), ("SessionId", options.SessionId is not null),
            ("Events", options.Events.Count > 0), ("PlainLines", options.PlainLines is not null), ("ExitCodes", options.ExitCodes.Count > 0),
            ("TokenScope", options.TokenScope is not null), ("CostScope", options.CostScope is not null), ("Interrupt", options.Interrupt is not null),
        ];
        return described
            .Where(static part => part.Given)
            .Select(part => $"{key}:{part.Name} is not for the adapter {adapter}, which is known; remove it, or write \"Adapter\": \"generic\".");
    }

    private static IEnumerable<string> GroupErrors(string key, List<List<string>> groups)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i].Count == 0) yield return $"{key}:{i} is empty; write a group of arguments, such as [\"--model\", \"{{model}}\"].";
            for (var j = 0; j < groups[i].Count; j++)
            {
                var (at, argument) = ($"{key}:{i}:{j}", groups[i][j]);
                var found = Placeholder.Matches(argument).Select(match => match.Value).ToList();
                foreach (var unknown in found.Except([.. AgentCommandLine.Placeholders, AgentCommandLine.Added]))
                {
                    var known = string.Join(", ", AgentCommandLine.Placeholders.Append(AgentCommandLine.Added));
                    yield return $"{at} has the placeholder {unknown}, which is unknown. Known are {known}.{NearestName.Question(unknown, AgentCommandLine.Placeholders)}";
                }

                if (found.Count > 1) yield return $"{at} has {found.Count} placeholders; write one to an argument.";
                if (found.Contains(AgentCommandLine.Added) && (groups[i].Count > 1 || argument != AgentCommandLine.Added))
                    yield return $"{at}: {AgentCommandLine.Added} stands alone in its group; write [\"{AgentCommandLine.Added}\"].";
            }
        }
    }

    private static IEnumerable<string> PromptErrors(string key, AgentProfileOptions options)
    {
        if (options.PromptFromInput is not null) yield break;
        const string advice = "the prompt would reach nobody; add the group [\"{prompt}\"], or write \"PromptFromInput\": \"\" if the CLI reads it from its standard input.";
        if (options.FreshArgs.Count > 0 && !AgentCommandLine.Has(options.FreshArgs, AgentCommandLine.Prompt)) yield return $"{key}:FreshArgs has no {{prompt}}: {advice}";
        if (options.ResumeArgs.Count > 0 && !AgentCommandLine.Has(options.ResumeArgs, AgentCommandLine.Prompt)) yield return $"{key}:ResumeArgs has no {{prompt}}: {advice}";
    }

    private static IEnumerable<string> SessionErrors(string key, AgentProfileOptions options)
    {
        if (options.SessionId is { } path && PathError(path) is { } wrong) yield return $"{key}:SessionId {wrong}";
        if (options.ResumeArgs.Count == 0) yield break;
        if (!AgentCommandLine.Has(options.ResumeArgs, AgentCommandLine.Session))
            yield return $"{key}:ResumeArgs has no {{session}}: say which session is to go on, or remove ResumeArgs if the CLI cannot resume.";
        if (options.SessionId is null && !AgentCommandLine.Has(options.FreshArgs, AgentCommandLine.Session))
            yield return $"{key}:SessionId is missing: say where in its events the CLI names its session, or choose it with {{session}} in FreshArgs.";
    }

    private static IEnumerable<string> RuleErrors(string key, EventRuleOptions rule)
    {
        if (rule.Kind is null) yield return $"{key}:Kind is missing; write one of {string.Join(", ", Enum.GetNames<AgentEventKind>())}.";
        if (string.IsNullOrWhiteSpace(rule.When)) yield return $"{key}:When is missing: say which lines are meant, such as \"type=message & role=assistant\".";
        foreach (var (name, conditions) in new[] { ("When", rule.When), ("Failed", rule.Failed), ("Partial", rule.Partial) })
            if (!string.IsNullOrWhiteSpace(conditions) && ConditionError(conditions) is { } wrong) yield return $"{key}:{name}: {wrong}";

        (string Name, string? Path)[] paths =
        [
            ("Text", rule.Text), ("Model", rule.Model), ("Tool", rule.Tool), ("CallId", rule.CallId), ("Status", rule.Status),
            ("Reason", rule.Reason), ("DeniedTools", rule.DeniedTools), ("InputTokens", rule.InputTokens), ("OutputTokens", rule.OutputTokens),
            ("CacheReadTokens", rule.CacheReadTokens), ("CacheWriteTokens", rule.CacheWriteTokens), ("CostUsd", rule.CostUsd),
        ];
        foreach (var (name, path) in paths)
            if (path is not null && PathError(path) is { } wrong) yield return $"{key}:{name} {wrong}";
    }

    private static string? ConditionError(string conditions)
    {
        try
        {
            EventCondition.ParseAll(conditions, new FieldPaths());
            return null;
        }
        catch (FormatException malformed)
        {
            return malformed.Message;
        }
    }

    private static string? PathError(string path) => FieldPath.IsMatch(path)
        ? null
        : $"'{path}' is no path of a field; write names joined by dots, and [] for each element of an array, such as message.content[].text.";
}
