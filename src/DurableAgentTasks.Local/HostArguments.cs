using DurableAgentTasks.Hosting;

namespace DurableAgentTasks.Local;

/// <summary>
/// The words of the call, looked at before anything starts: .NET configuration passes over what it does not know, and a host that starts
/// in place of a repair, or on another address than was meant, does harm. Its forms (<c>--Key value</c>, <c>--Key=value</c>,
/// <c>/Key value</c>, <c>Key=value</c>) are kept.
/// </summary>
internal static class HostArguments
{
    public const string Help = """
        Serves tasks of AI coding agents from one folder of this machine.

        Usage:
          DurableAgentTasks.Local [--data DIR] [--urls URL] [--SETTING VALUE]...
          DurableAgentTasks.Local repair [--data DIR]     mends a damaged journal; the host must not run

        Options:
          --data DIR        the data folder; .data if not given
          --urls URL        where it listens; http://127.0.0.1:7071 if not given
          --SETTING VALUE   any setting, such as --Agents:MaxConcurrentTasks 2; README.md has them all.
                            The environment (Agents__MaxConcurrentTasks=2) and appsettings.json hold them too.
          --help            this

        Exit codes: 0 ended as asked; 1 cannot start, with the reason; 2 wrong command line.
        """;

    private static readonly string[] Verbs = ["repair"];
    private static readonly string[] HelpWords = ["--help", "-h", "-?", "/?"];

    /// <summary>Settings and sections of them. The names of the collector's settings are the standard's, all with the same beginning.</summary>
    private static readonly string[] Known =
    [
        "data", "urls", "Agents", "Auth", "Checkpoints", "Retention", "Secrets", "Storage", "Streaming", "Timeouts", "Workspaces",
        "Logging", "Kestrel", "AllowedHosts",
    ];

    public static bool AskForHelp(string[] arguments) => arguments is ["help", ..] || arguments.Any(argument => HelpWords.Contains(argument, StringComparer.Ordinal));

    /// <returns>What is wrong with the call; <see langword="null"/> if nothing is.</returns>
    public static string? ErrorIn(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var isOption = argument.StartsWith('-') || argument.StartsWith('/');
            var (name, hasValue) = argument.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (argument[..at], true) : (argument, false);
            if (!isOption && !hasValue) return NoVerb(argument);
            if (!IsKnown(name)) return $"{name} is no option of this host.{Meant(name)} See --help.";
            if (hasValue) continue;

            // A value may begin with dashes: an argument of an agent does.
            if (++i == arguments.Length || IsHostOption(arguments[i])) return $"{name} has no value: write {name} VALUE.";
        }

        return null;
    }

    private static string NoVerb(string argument) =>
        $"\"{argument}\" is no command, and no option takes it as its value.{(NearestName.Of(argument, Verbs) is { } verb ? $" Did you mean {verb}?" : "")} See --help.";

    private static bool IsHostOption(string argument) => argument is "--data" or "--urls";

    private static bool IsKnown(string name)
    {
        if (name.StartsWith('-') && !name.StartsWith("--", StringComparison.Ordinal)) return false;
        var first = FirstOf(name);
        return Known.Contains(first, StringComparer.OrdinalIgnoreCase) || first.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);
    }

    private static string Meant(string name)
    {
        var first = FirstOf(name);
        return NearestName.Of(first, Known) is { } known ? $" Did you mean --{known}{name.TrimStart('-', '/')[first.Length..]}?" : "";
    }

    private static string FirstOf(string name) => name.TrimStart('-', '/').Split(':')[0];
}
