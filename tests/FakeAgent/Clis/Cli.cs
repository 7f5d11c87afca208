using System.Runtime.InteropServices;

namespace DurableAgentTasks.FakeAgent.Clis;

/// <summary>What a supervisor can tell of one CLI, as data. Scenarios are names of recorded runs of it.</summary>
internal sealed record Cli(string Name)
{
    /// <summary>The subcommands of a new run.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The subcommands of a resumption, where an argument and no option names the session.</summary>
    public IReadOnlyList<string>? ResumeWords { get; init; }

    /// <summary>The option whose value the prompt is; <see langword="null"/> where an argument is.</summary>
    public string? PromptOption { get; init; }

    /// <summary>Of several arguments the prompt is the first.</summary>
    public bool PromptComesFirst { get; init; }

    public string? SessionOption { get; init; }

    public IReadOnlyList<string> ResumeOptions { get; init; } = [];

    public IReadOnlyList<string> OptionsWithValue { get; init; } = [];

    public Func<string> NewSession { get; init; } = () => Guid.NewGuid().ToString();

    /// <summary>A session can only be resumed in the folder where it began.</summary>
    public bool IsScopedToFolder { get; init; }

    /// <summary>What it does with a command line that it does not take.</summary>
    public Func<Invocation, string?> Refusal { get; init; } = _ => null;

    /// <summary>What it does for a session to resume that it does not know.</summary>
    public required Func<string, string> UnknownSession { get; init; }

    /// <summary>What it does for a new session whose id is taken.</summary>
    public string? TakenSession { get; init; }

    public string Resumed { get; init; } = "resume";

    public required string Edit { get; init; }

    /// <summary>Signals that it answers; of others it dies.</summary>
    public IReadOnlyDictionary<PosixSignal, Answer> Answers { get; init; } = new Dictionary<PosixSignal, Answer>();

    public static IReadOnlyDictionary<string, Cli> ByName { get; } = new[]
    {
        new Cli("claude")
        {
            PromptComesFirst = true,
            SessionOption = "--session-id",
            ResumeOptions = ["--resume", "-r"],
            OptionsWithValue = ["--output-format", "--input-format", "--model", "--max-turns", "--max-budget-usd", "--permission-mode", "--allowedTools"],
            IsScopedToFolder = true,
            Refusal = asked => asked.Has("--prompt") ? "seed-flags-verbatim" : asked.Has("--verbose") ? null : "no-verbose",
            UnknownSession = _ => "resume-invalid-uuid-unknown",
            TakenSession = "session-id-reuse",
            Edit = "edit",
            Answers = new Dictionary<PosixSignal, Answer> { [PosixSignal.SIGINT] = new("sigint-during-bash") },
        },
        new Cli("codex")
        {
            Words = ["exec"],
            ResumeWords = ["exec", "resume"],
            OptionsWithValue = ["-m", "-C", "-s", "-c"],
            UnknownSession = session => Guid.TryParse(session, out _) ? "resume-invalid-unknown-uuid" : "resume-invalid-not-uuid",
            Edit = "edit-gpt-5",
            Answers = new Dictionary<PosixSignal, Answer> { [PosixSignal.SIGINT] = new("native-sigint-during-bash") },
        },
        new Cli("gemini")
        {
            PromptOption = "-p",
            SessionOption = "--session-id",
            ResumeOptions = ["--resume", "-r"],
            OptionsWithValue = ["-o", "-m"],
            UnknownSession = _ => "resume-invalid",
            Resumed = "resume-uuid",
            Edit = "tool-yolo",
            Answers = new Dictionary<PosixSignal, Answer>
            {
                [PosixSignal.SIGTERM] = new("sigterm-norelaunch-during-bash", LeavesTools: true),
                [PosixSignal.SIGINT] = new("sigterm-norelaunch-during-bash", LeavesTools: true),
            },
        },
        new Cli("opencode")
        {
            Words = ["run"],
            ResumeOptions = ["--session", "-s"],
            OptionsWithValue = ["--format", "-m", "--dir"],
            NewSession = () => $"ses_{Guid.NewGuid():N}"[..30],
            UnknownSession = _ => "resume-invalid",
            Edit = "tool-auto",
        },
        new Cli("copilot")
        {
            PromptOption = "-p",
            SessionOption = "--session-id",
            ResumeOptions = ["--resume"],
            OptionsWithValue = ["--output-format", "--model", "-C"],
            UnknownSession = session => throw new InvalidOperationException($"What copilot does for the unknown session {session} was never recorded."),
            Edit = "tool-allow-all",
            Answers = new Dictionary<PosixSignal, Answer> { [PosixSignal.SIGTERM] = new("native-sigterm-during-bash") },
        },
    }.ToDictionary(cli => cli.Name);
}

/// <param name="Scenario">A recorded run that got the signal: what it said from then on, and its exit code.</param>
/// <param name="LeavesTools">The shell of its tool goes on.</param>
internal sealed record Answer(string Scenario, bool LeavesTools = false);
