using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// Everything that is particular to one agent CLI, as data: how it is called, what its lines mean and how its endings are told apart.
/// An operator's own CLI is described the same way.
/// </summary>
public sealed record AgentProfile
{
    public required string Name { get; init; }

    /// <summary>The binary, looked up on the <c>PATH</c>.</summary>
    public required string Command { get; init; }

    /// <summary>
    /// The arguments of a new run in groups. <c>{prompt}</c>, <c>{session}</c>, <c>{model}</c> and <c>{directory}</c> are replaced, a
    /// group with one that has no value is left out, and the group <c>{arguments}</c> stands for those the operator adds.
    /// </summary>
    public required IReadOnlyList<IReadOnlyList<string>> FreshArguments { get; init; }

    /// <summary>The arguments of a run that continues a session; <see langword="null"/> if the CLI cannot.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? ResumeArguments { get; init; }

    /// <summary>What the CLI needs to be supervised well.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What stands for the prompt when the CLI reads it from its standard input: one argument, or empty for none. A prompt goes there that
    /// is too long for an argument, or each if no argument holds <c>{prompt}</c>. <see langword="null"/> if the CLI does not read it there.
    /// </summary>
    /// <remarks>
    /// Standard input is a file or closed, never held open: output goes to files, so no CLI has to be kept from exiting before it is read,
    /// and several wait for ever on an input that is open and silent.
    /// </remarks>
    public string? PromptFromInput { get; init; }

    /// <summary>The signal that the CLI takes as a request to stop.</summary>
    public PoliteSignal Interrupt { get; init; } = PoliteSignal.Interrupt;

    /// <summary>The npm package that the CLI comes in; <see langword="null"/> if it comes another way.</summary>
    public AgentPackage? Package { get; init; }

    /// <summary>The path of the session id, in whichever events have one; <see langword="null"/> if the CLI has no sessions.</summary>
    public string? SessionId { get; init; }

    /// <summary>Where it keeps its sessions; <see langword="null"/> if that is not known, or not a file for each.</summary>
    public TranscriptPlace? Transcript { get; init; }

    /// <summary>Every rule that fits a line makes an event of it, in this order. Empty for a CLI that prints no JSON.</summary>
    public IReadOnlyList<EventRule> Events { get; init; } = [];

    /// <summary>What a line is that is no JSON.</summary>
    public AgentEventKind PlainLines { get; init; } = AgentEventKind.Notice;

    /// <summary>Exit codes that tell the failure by themselves.</summary>
    public IReadOnlyDictionary<int, FailureClass> ExitCodes { get; init; } = new Dictionary<int, FailureClass>();

    /// <summary>What the tokens of a usage report count.</summary>
    public UsageScope TokenScope { get; init; } = UsageScope.Run;

    /// <summary>What the cost of a usage report counts.</summary>
    public UsageScope CostScope { get; init; } = UsageScope.Run;

    /// <summary>Whether the session id is ours to choose. It is stored before the run starts; others are known at the first event that has one.</summary>
    public bool PresetsSession => FreshArguments.Any(group => group.Any(argument => argument.Contains("{session}", StringComparison.Ordinal)));

    /// <summary>Whether a session can be continued.</summary>
    public bool Resumes => ResumeArguments is not null;

    /// <summary>Whether the CLI says itself how it ended; else only the exit code tells.</summary>
    public bool ReportsEnd => Events.Any(rule => rule.Kind == AgentEventKind.Finished);
}

/// <summary>An npm package, and where in the packages it depends on the program lies that its start script would run.</summary>
/// <param name="Name">As <c>npm install -g</c> takes it.</param>
/// <param name="NativeBinary">
/// Its path below <c>node_modules</c>, with <c>{os}</c> (linux, darwin, win32), <c>{libc}</c> (empty, or musl), <c>{cpu}</c> (x64, arm64),
/// <c>{target}</c> (x86_64-unknown-linux-musl) and <c>{exe}</c> replaced; <see langword="null"/> if npm links the program itself.
/// </param>
public sealed record AgentPackage(string Name, string? NativeBinary = null);
