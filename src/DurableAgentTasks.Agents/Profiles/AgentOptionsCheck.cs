using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Everything that is wrong with the section <c>Agents</c>, each with its key and how to mend it. Values that may be secret are not repeated.</summary>
internal static class AgentOptionsCheck
{
    private const int MostTasks = 1_000, MostQueued = 1_000_000, LongestName = 64;

    private static readonly string[] OursAlone = ["DAT_RUN", "DAT_TASK", "DAT_STEP"];

    private static readonly IReadOnlyCollection<string> Adapters =
        [.. AgentProfiles.ByName.Keys.Where(name => name != TaskRequest.ShellAgent).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Errors(AgentOptions options)
    {
        var errors = new List<string>();
        if (options.MaxConcurrentTasks is < 1 or > MostTasks)
            errors.Add($"Agents:MaxConcurrentTasks is {options.MaxConcurrentTasks}; write 1 to {MostTasks:N0}.");
        if (options.MaxQueuedTasks is < 0 or > MostQueued)
            errors.Add($"Agents:MaxQueuedTasks is {options.MaxQueuedTasks}; write 0 to {MostQueued:N0}.");
        if (options.Slice < AgentOptions.ShortestSlice || options.Slice > AgentOptions.LongestSlice)
            errors.Add($"Agents:Slice is {options.Slice}; write {AgentOptions.ShortestSlice} to {AgentOptions.LongestSlice}.");
        foreach (var (name, profile) in options.Profiles) errors.AddRange(Errors(name, profile));
        return errors;
    }

    private static IEnumerable<string> Errors(string name, AgentProfileOptions options)
    {
        var key = $"Agents:Profiles:{name}";
        IEnumerable<string> errors = [.. NameErrors(key, name), .. EnvironmentErrors(key, options)];
        if (options.MaxConcurrentTasks is < 1 or > MostTasks)
            errors = errors.Append($"{key}:MaxConcurrentTasks is {options.MaxConcurrentTasks}; write 1 to {MostTasks:N0}, or leave it out.");
        if (AdapterError(key, name, options) is { } unknown) return errors.Append(unknown);

        var adapter = AgentProfiles.ByName[options.Adapter ?? name];
        var generic = ReferenceEquals(adapter, AgentProfiles.Generic);
        return
        [
            .. errors,
            .. CommandErrors(key, options, generic),
            .. ArgumentErrors(key, options, adapter),
            .. generic ? AgentDescriptionCheck.Errors(key, options) : AgentDescriptionCheck.Unwanted(key, options, adapter.Name),
        ];
    }

    private static IEnumerable<string> NameErrors(string key, string name)
    {
        if (name.Equals(TaskRequest.ShellAgent, StringComparison.OrdinalIgnoreCase))
            yield return $"{key}: '{TaskRequest.ShellAgent}' is built in, which runs commands only; give the profile another name.";
        else if (name.Length is 0 or > LongestName || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            yield return $"{key}: a profile's name is 1 to {LongestName} characters of A-Z, a-z, 0-9, '.', '_' and '-'; rename it.";
    }

    private static string? AdapterError(string key, string name, AgentProfileOptions options)
    {
        var list = string.Join(", ", Adapters);
        if (options.Adapter is not { } adapter)
        {
            return Adapters.Contains(name, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"{key}:Adapter is missing: '{name}' is no CLI that is known. Write one of {list}.{NearestName.Question(name, Adapters)}";
        }

        return Adapters.Contains(adapter, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"{key}:Adapter '{adapter}' is unknown. Write one of {list}.{NearestName.Question(adapter, Adapters)}";
    }

    private static IEnumerable<string> CommandErrors(string key, AgentProfileOptions options, bool generic)
    {
        if (options.Command is not { } command)
        {
            if (generic) yield return $"{key}:Command is missing: say which program to run, by its absolute path or its name.";
        }
        else if (string.IsNullOrWhiteSpace(command) || command.Any(char.IsControl))
        {
            yield return $"{key}:Command is empty or has a control character; write the absolute path of a program, or its name.";
        }
        else if (command.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar) && !Path.IsPathFullyQualified(command))
        {
            yield return $"{key}:Command '{command}' is a relative path, and agents run in the workspace; write its absolute path.";
        }
        else if (command.Contains(' ') && !Path.IsPathFullyQualified(command))
        {
            yield return $"{key}:Command '{command}' has a blank in it; write the program only and put its arguments into {key}:Args.";
        }
    }

    private static IEnumerable<string> ArgumentErrors(string key, AgentProfileOptions options, AgentProfile adapter)
    {
        var ours = adapter.FreshArguments.Concat(adapter.ResumeArguments ?? []).Where(static group => !group.Contains(AgentCommandLine.Added)).ToList();
        for (var i = 0; i < options.Args.Count; i++)
        {
            var (at, argument) = ($"{key}:Args:{i}", options.Args[i]);
            if (argument.Contains('\0')) yield return $"{at} has a NUL character in it; remove it.";
            if (AgentCommandLine.Placeholders.FirstOrDefault(name => argument.Contains(name, StringComparison.Ordinal)) is { } placeholder)
                yield return $"{at} has {placeholder} in it, which is not replaced here; it is for FreshArgs and ResumeArgs of the adapter generic.";
            if (ours.Find(group => SetsSame(group, argument)) is not { } group) continue;
            yield return group.Any(static own => own.Contains("{model}", StringComparison.Ordinal))
                ? $"{at} is {Option(argument)}: remove it and its value and write {key}:Model."
                : $"{at} is {Option(argument)}, which is set for each run; remove it, and its value if it has one.";
        }
    }

    private static bool SetsSame(IReadOnlyList<string> group, string argument) =>
        argument.StartsWith('-') && group.Any(own => own.StartsWith('-') && Option(own) == Option(argument));

    /// <summary>Without a value behind it, which may be a secret.</summary>
    private static string Option(string argument) => argument.Split('=', 2)[0];

    private static IEnumerable<string> EnvironmentErrors(string key, AgentProfileOptions options)
    {
        foreach (var (name, value) in options.Environment)
        {
            if (name.Length == 0 || name.Any(static c => c == '=' || char.IsControl(c)))
                yield return $"{key}:Environment:{name.Split('=', 2)[0]}: a variable's name is not empty and has neither '=' nor control characters; rename it.";
            else if (OursAlone.Contains(name, StringComparer.OrdinalIgnoreCase))
                yield return $"{key}:Environment:{name} is set for each run; remove it.";
            if (value.Contains('\0')) yield return $"{key}:Environment:{name} has a NUL character in its value; remove it.";
        }
    }
}
