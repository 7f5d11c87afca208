using System.Text;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>One life of an agent's attempt: its events are followed, and at its end they are judged together with all else there is.</summary>
internal sealed class AgentReading : StepReading
{
    /// <summary>How much of the end of standard error is looked at, in bytes.</summary>
    private const int StandardErrorBytes = 16 * 1024;

    private const int LongestMessage = 500;

    private readonly Func<string, string> _masked;
    private readonly AgentEventReader _events;
    private readonly LastWords _words = new();
    private bool _hasBegun;
    private bool _hasWorked;

    /// <param name="life">Its folder.</param>
    /// <param name="profile">How its lines are read.</param>
    /// <param name="time">For reset times.</param>
    /// <param name="masked">Takes the secrets out of what is quoted.</param>
    public AgentReading(StepRunFolder life, AgentProfile profile, TimeProvider time, Func<string, string> masked)
        : base(life)
    {
        Asked = AgentLife.Read(life);
        Run = new AgentRun(profile, Asked.ToRequest(prompt: ""), time);
        _masked = masked;
        _events = new AgentEventReader(profile, offset: 0, Add);
    }

    public AgentLife Asked { get; }

    public AgentRun Run { get; }

    public override bool HasBegun => _hasBegun;

    /// <summary>What it said last, without secrets.</summary>
    public string? FinalText => _words.Text is { } text ? _masked(text) : null;

    /// <summary>The session it got to work in. One that was asked for may not exist before the first sign of life.</summary>
    public AgentSession? Session =>
        !Run.IsInWrongSession && (Run.SessionId ?? (_hasBegun ? Asked.SessionId : null)) is { } id
            ? new AgentSession(id, (Run.LastUsageReport ?? Asked.SessionUsage).ToTokenUsage()) { HasWorked = _hasWorked || Asked.SessionHasWorked }
            : null;

    /// <summary>It was to continue a session that was killed before it was stored: there is nothing to continue, and nothing lost.</summary>
    public override bool IsWorthAnotherLife(StepOutcome end) =>
        end.Failure is { Class: FailureClass.Session } && Asked is { Resume: true, SessionHasWorked: false } && !Run.IsInWrongSession;

    public override bool HasFinished => Run.HasFinished;

    public override string? SessionId => Run.SessionId ?? Asked.SessionId;

    public override StepFailure? Broken => Run.IsInWrongSession
        ? new StepFailure(FailureClass.Session, $"It was told to work in session {Asked.SessionId} and works in {Run.SessionId}.", ResetsAt: null)
        : null;

    public override StepOutcome Ended(int? exitCode)
    {
        var verdict = Run.Judge(new AgentRunEnd(exitCode, StandardErrorTail(), _events.BrokenTail));
        if (verdict is not AgentVerdict.Failed failed)
            return new StepOutcome(StepEnding.Succeeded, exitCode, FinalText is { } text ? Shorten(text.Trim()) : "It finished.");

        var evidence = _masked(failed.Evidence.Text);
        return new StepOutcome(StepEnding.Failed, exitCode, $"{Sentence(failed.Class)} {Shorten(evidence)}")
        {
            Failure = new StepFailure(failed.Class, evidence, failed.ResetsAt),
        };
    }

    protected override void Take(ReadOnlySpan<byte> bytes) => _events.Append(bytes);

    protected override void TakeEnd() => _events.Complete();

    private void Add(RawAgentEvent said)
    {
        _hasBegun |= said.Kind != AgentEventKind.Notice;
        _hasWorked |= said.Kind == AgentEventKind.ToolResult || (said.Kind == AgentEventKind.Finished && !said.ToEvent().Failed);
        Run.Add(said);
        _words.Add(said);
    }

    private string StandardErrorTail()
    {
        var path = Life.Folder.PathOf(OutputStream.StandardError);
        if (!File.Exists(path)) return "";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, StandardErrorBytes), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Shorten(string text) => text.Length <= LongestMessage ? text : $"{text[..LongestMessage]}…";

    private static string Sentence(FailureClass kind) => kind switch
    {
        FailureClass.Transient => "The model was not available:",
        FailureClass.Quota => "The usage limit is reached:",
        FailureClass.Auth => "The model did not accept the credentials:",
        FailureClass.Session => "The session could not be continued:",
        FailureClass.Limits => "The limits given to the agent are reached:",
        FailureClass.Denied => "The agent was not allowed what it needed:",
        FailureClass.Rejected => "The model did not accept the request:",
        FailureClass.StartUp => "The agent did not start:",
        FailureClass.Command => "The command failed:",
        _ => "The agent broke off:",
    };
}
