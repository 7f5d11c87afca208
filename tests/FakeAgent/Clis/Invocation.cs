using System.Text.RegularExpressions;

namespace DurableAgentTasks.FakeAgent.Clis;

/// <summary>A command line as a CLI understands it.</summary>
internal sealed partial class Invocation
{
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);

    private Invocation(Cli cli, IReadOnlyList<string> arguments) => (Cli, Arguments) = (cli, arguments);

    public Cli Cli { get; }

    public IReadOnlyList<string> Arguments { get; }

    public string Prompt { get; private set; } = "";

    /// <summary>The session it is to have or to resume.</summary>
    public string? Session { get; private set; }

    public bool Resumes { get; private set; }

    public static Invocation Parse(Cli cli, IReadOnlyList<string> arguments)
    {
        var invocation = new Invocation(cli, arguments);
        invocation.Read();
        return invocation;
    }

    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary><c>NAME=value</c> in the prompt.</summary>
    public string? Marker(string name) =>
        Markers().Matches(Prompt).FirstOrDefault(match => match.Groups["name"].Value == name)?.Groups["value"].Value;

    private void Read()
    {
        var words = ReadOptions();
        if (Cli.ResumeWords is { } resume && words.Take(resume.Count).SequenceEqual(resume))
        {
            (Resumes, Session) = (true, words[resume.Count]);
            words.RemoveRange(0, resume.Count + 1);
        }
        else
        {
            words.RemoveRange(0, Cli.Words.Count);
        }

        foreach (var option in Cli.ResumeOptions.Where(Has)) (Resumes, Session) = (true, _options[option]);
        if (Cli.SessionOption is { } session && Has(session)) Session = _options[session];
        if (Cli.PromptOption is { } prompt) Prompt = _options.GetValueOrDefault(prompt) ?? "";
        else Prompt = (Cli.PromptComesFirst ? words.FirstOrDefault() : words.LastOrDefault()) ?? "";
    }

    private List<string> ReadOptions()
    {
        var words = new List<string>();
        for (var i = 0; i < Arguments.Count; i++)
        {
            var argument = Arguments[i];
            if (!argument.StartsWith('-'))
            {
                words.Add(argument);
                continue;
            }

            var parts = argument.Split('=', 2);
            _options[parts[0]] = parts.Length > 1 ? parts[1] : TakesValue(parts[0]) && i + 1 < Arguments.Count ? Arguments[++i] : null;
        }

        return words;
    }

    private bool TakesValue(string option) =>
        Cli.OptionsWithValue.Contains(option) || Cli.ResumeOptions.Contains(option) || option == Cli.SessionOption || option == Cli.PromptOption;

    [GeneratedRegex(@"\b(?<name>SCN|FILE|WAIT)=(?<value>\S+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Markers();
}
