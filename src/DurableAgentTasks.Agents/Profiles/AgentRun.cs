using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// Follows the events of one run and judges it at its end, from all there is:
/// <list type="number">
/// <item>A session that is not the one asked for is a failure, whatever else was said.</item>
/// <item>Success is a final event without its error flag, nothing after it, and exit code 0; for a CLI without events, exit code 0.</item>
/// <item>What was finished without tools that were denied is none.</item>
/// <item>A failure is told by the final event, else by the last error that nothing followed, else by standard error and exit code.</item>
/// </list>
/// </summary>
public sealed class AgentRun(AgentProfile profile, AgentRequest request, TimeProvider time)
{
    private readonly UsageTally _usage = new(profile, request.SessionUsage);
    private bool _begun;
    private AgentEvent? _finished;
    private AgentEvent? _error;

    /// <summary>The session that was reported; the first one that is not <see cref="AgentRequest.SessionId"/>, if there is one.</summary>
    public string? SessionId { get; private set; }

    /// <summary>The CLI works in another session than it was told to: it is to be stopped at once.</summary>
    public bool IsInWrongSession => ExpectedSession is { } expected && SessionId is { } actual && actual != expected;

    /// <summary>The last that was said is how it ended.</summary>
    public bool HasFinished => _finished is not null;

    /// <summary>What this run used; <see langword="null"/> if nothing was reported.</summary>
    public AgentUsage? Usage => _usage.Run;

    /// <summary>To be given to the session's next run as <see cref="AgentRequest.SessionUsage"/>.</summary>
    public AgentUsage? LastUsageReport => _usage.LastReport;

    private string? ExpectedSession => request.Resume || profile.PresetsSession ? request.SessionId : null;

    public void Add(RawAgentEvent read)
    {
        if (!read.IsOfSession(SessionId) && read.SessionId is { } session && !IsInWrongSession) SessionId = session;
        if (read.Usage is { } usage) _usage.Add(usage);
        switch (read.Kind)
        {
            case AgentEventKind.Started or AgentEventKind.Message or AgentEventKind.ToolCall or AgentEventKind.ToolResult:
                // It went on: what it said before is not the end.
                (_begun, _finished, _error) = (true, null, null);
                break;
            case AgentEventKind.Error:
                (_begun, _error) = (true, read.ToEvent());
                break;
            case AgentEventKind.Finished when _finished is not { Failed: true }:
                _finished = read.ToEvent();
                break;
        }
    }

    public AgentVerdict Judge(AgentRunEnd end)
    {
        // 1.
        if (IsInWrongSession)
        {
            return Failed(FailureClass.Session, EvidenceSource.SessionId, $"asked for session {ExpectedSession}, got {SessionId}");
        }

        // 2.
        if (!profile.ReportsEnd) return JudgeByExitCode(end);
        if (_finished is { Failed: false } && end is { ExitCode: 0, BrokenTail: null })
        {
            if (request.Resume && profile.SessionId is not null && SessionId is null)
                return Failed(FailureClass.Session, EvidenceSource.SessionId, $"asked for session {ExpectedSession}, none was named");
            // 3.
            return _finished.DeniedTools is { } tools
                ? Failed(FailureClass.Denied, EvidenceSource.FinalEvent, $"not allowed: {tools}")
                : new AgentVerdict.Succeeded();
        }

        // 4.
        var classes = new FailureClasses(profile, time);
        return classes.Find(_finished is { Failed: true } ? _finished : null, EvidenceSource.FinalEvent)
            ?? classes.Find(_error, EvidenceSource.ErrorEvent)
            ?? classes.Find(end, anythingSaid: _begun || _finished is not null)
            ?? Unexplained(end);
    }

    private AgentVerdict JudgeByExitCode(AgentRunEnd end) => end.ExitCode switch
    {
        0 => new AgentVerdict.Succeeded(),
        { } code when profile.ExitCodes.TryGetValue(code, out var known) => Failed(known, EvidenceSource.ExitCode, DescribeExit(end)),
        null or > 128 and <= 128 + 64 => Failed(FailureClass.Crash, EvidenceSource.ExitCode, DescribeExit(end)),
        _ => Failed(FailureClass.Command, EvidenceSource.ExitCode, DescribeExit(end)),
    };

    private AgentVerdict.Failed Unexplained(AgentRunEnd end)
    {
        if (_finished is { Failed: true }) return Failed(FailureClass.Crash, EvidenceSource.FinalEvent, FailureClasses.Describe(_finished));
        if (_error is not null) return Failed(FailureClass.Crash, EvidenceSource.ErrorEvent, FailureClasses.Describe(_error));
        if (end.BrokenTail is { } tail) return Failed(FailureClass.Crash, EvidenceSource.BrokenTail, tail);
        return Failed(FailureClass.Crash, EvidenceSource.ExitCode, DescribeExit(end));
    }

    private string DescribeExit(AgentRunEnd end) =>
        (end.ExitCode is { } code ? $"exit code {code}" : "killed") + (_finished is null && profile.ReportsEnd ? " without a final event" : "");

    private static AgentVerdict.Failed Failed(FailureClass kind, EvidenceSource source, string text) => new(kind, new AgentEvidence(source, text));
}
