using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>What a start can be given, and the request that is made of it.</summary>
internal sealed class StartOptions
{
    private readonly Argument<string?> _prompt = new("prompt")
    {
        Description = "What the agent is to do; - reads it from the standard input.", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _plan = new("--plan", "-p") { Description = "A file with the plan, JSON; - reads it from the standard input.", HelpName = "file" };
    private readonly Option<string[]> _commands = new("--command", "-c") { Description = "A shell command to run; again, for one after the other.", HelpName = "command" };
    private readonly Option<string?> _agent = new("--agent", "-a") { Description = "The agent's profile. Default: shell, if there is no prompt.", HelpName = "name" };
    private readonly Option<string?> _agentId = new("--agent-id") { Description = "Whose task it is, to list and delete by.", HelpName = "name" };
    private readonly Option<string?> _workspace = new("--workspace", "-w") { Description = "The folder to work in. Default: this one.", HelpName = "folder" };
    private readonly Option<string?> _isolation = new("--isolation") { Description = "Whether to work in the folder itself, or beside it: inPlace or worktree.", HelpName = "how" };
    private readonly Option<string?> _repository = new("--repository") { Description = "A repository to clone, in place of a folder.", HelpName = "url" };
    private readonly Option<string?> _ref = new("--ref") { Description = "A branch, tag or commit of the repository.", HelpName = "ref" };
    private readonly Option<string?> _setup = new("--setup") { Description = "A command that prepares a fresh tree, such as \"npm ci\".", HelpName = "command" };
    private readonly Option<string?> _id = new("--id") { Description = "What the task is to be called; made up if not given.", HelpName = "id" };
    private readonly Option<string[]> _environment = new("--env", "-e") { Description = "An environment variable of every step; again, for more.", HelpName = "NAME=VALUE" };
    private readonly Option<string[]> _secrets = new("--secret") { Description = "The name of a secret the operator has; again, for more.", HelpName = "name" };
    private readonly Option<TimeSpan?> _timeout = new("--timeout") { Description = "How long the task may take, such as 90m.", HelpName = "duration", CustomParser = DurationText.Parse };
    private readonly Option<int?> _priority = new("--priority") { Description = "Higher runs first, -100 to 100.", HelpName = "number", CustomParser = NumberText.Parser("--priority", -100, 100) };

    public void AddTo(Command command)
    {
        command.Add(_prompt);
        Option[] options =
        [
            _plan, _commands, _agent, _agentId, _workspace, _isolation, _repository, _ref, _setup, _id, _environment, _secrets, _timeout, _priority,
        ];
        foreach (var option in options) command.Add(option);
        _environment.Validators.Add(CheckEnvironment);
        command.Validators.Add(CheckWork);
    }

    public StartRequest Read(ParseResult parse)
    {
        var prompt = parse.GetValue(_prompt);
        return new StartRequest
        {
            Id = parse.GetValue(_id),
            Agent = parse.GetValue(_agent) ?? TaskRequest.ShellAgent,
            AgentId = parse.GetValue(_agentId),
            Prompt = prompt == "-" ? Console.In.ReadToEnd() : prompt,
            Plan = ReadPlan(parse),
            Workspace = WorkspaceOf(parse),
            Environment = Given(parse.GetValue(_environment))?.Select(text => text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
            Secrets = Given(parse.GetValue(_secrets)),
            Timeouts = parse.GetValue(_timeout) is { } timeout ? new Dictionary<string, TimeSpan> { ["task"] = timeout } : null,
            Priority = parse.GetValue(_priority),
        };
    }

    private JsonElement? ReadPlan(ParseResult parse)
    {
        if (Given(parse.GetValue(_commands)) is { } commands) return StartRequest.PlanOf(commands);
        if (parse.GetValue(_plan) is not { } file) return null;
        try
        {
            return JsonElement.Parse(file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(ExitCode.Usage, $"The plan cannot be read: {error.Message}");
        }
        catch (JsonException error)
        {
            throw new CommandFailedException(ExitCode.Usage, $"The plan in {file} is no JSON: mend line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}.");
        }
    }

    private Dictionary<string, string> WorkspaceOf(ParseResult parse)
    {
        var workspace = new Dictionary<string, string>();
        if (parse.GetValue(_repository) is { } repository) workspace["repository"] = repository;
        else workspace["path"] = Path.GetFullPath(parse.GetValue(_workspace) ?? ".");
        foreach (var (name, option) in ((string, Option<string?>)[])[("isolation", _isolation), ("ref", _ref), ("setup", _setup)])
        {
            if (parse.GetValue(option) is { } value) workspace[name] = value;
        }

        return workspace;
    }

    private void CheckWork(CommandResult command)
    {
        var hasPrompt = command.GetValue(_prompt) is not null;
        var hasPlan = command.GetValue(_plan) is not null;
        var hasCommands = Given(command.GetValue(_commands)) is not null;
        if (!hasPrompt && !hasPlan && !hasCommands) command.AddError("Say what to do: give a prompt, --plan or --command.");
        if (hasPlan && hasCommands) command.AddError("--plan does not go with --command: keep one of them.");
        if (hasPrompt && command.GetValue(_agent) is null) command.AddError("Say which agent gets the prompt: --agent NAME (dat doctor lists them).");
        if (command.GetValue(_repository) is not null && command.GetValue(_workspace) is not null) command.AddError("--repository does not go with --workspace: keep one of them.");
    }

    private void CheckEnvironment(OptionResult option)
    {
        foreach (var text in option.GetValueOrDefault<string[]>() ?? [])
        {
            if (text.IndexOf('=', StringComparison.Ordinal) <= 0) option.AddError($"--env \"{text}\" sets no variable: write NAME=VALUE.");
        }
    }

    private static string[]? Given(string[]? values) => values is { Length: > 0 } ? values : null;
}
