using System.CommandLine;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli;

/// <summary>Which host is spoken to, and how answers are printed: the options every command has.</summary>
/// <param name="handler">Answers requests in place of the network, if given.</param>
internal sealed class HostOptions(HttpMessageHandler? handler)
{
    private const string UrlVariable = "DAT_URL";
    private const string KeyVariable = "DAT_KEY";
    private const string DefaultUrl = "http://127.0.0.1:7071";

    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"The host's address. Default: {UrlVariable}, or {DefaultUrl}.", HelpName = "url", Recursive = true,
    };

    /// <summary>It has no default value, for help would show it.</summary>
    public Option<string?> Key { get; } = new("--key")
    {
        Description = $"An API key of the host. Default: {KeyVariable}; a key in a variable is in no list of processes.", HelpName = "key", Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print what the host answers, as JSON.", Recursive = true };

    /// <summary>Gives a command what it does.</summary>
    public Command Run(Command command, Func<Session, ParseResult, CancellationToken, Task<int>> run)
    {
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var session = Open(parse);
            return await run(session, parse, cancellationToken);
        });
        return command;
    }

    private Session Open(ParseResult parse)
    {
        var text = parse.GetValue(Url) ?? Variable(UrlVariable) ?? DefaultUrl;
        if (!Uri.TryCreate(text.EndsWith('/') ? text : $"{text}/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CommandFailedException(ExitCode.Usage, $"\"{text}\" is no address of a host: write it as {DefaultUrl} (--url or {UrlVariable}).");
        }

        var api = new TaskApiClient(url, parse.GetValue(Key) ?? Variable(KeyVariable), handler);
        return new Session(api, parse.InvocationConfiguration.Output, parse.InvocationConfiguration.Error, parse.GetValue(Json));
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
