using System.Buffers;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>A rule with its paths looked up.</summary>
internal sealed class CompiledRule
{
    private readonly EventCondition[] _when;
    private readonly EventCondition[] _failed;
    private readonly EventCondition[] _partial;
    private readonly int? _each;
    private readonly int? _sessionId;
    private readonly int? _text, _model, _tool, _callId, _status, _reason, _deniedTools;
    private readonly int? _input, _output, _cacheRead, _cacheWrite, _cost;

    public CompiledRule(EventRule rule, string? sessionId, FieldPaths paths)
    {
        Kind = rule.Kind;
        (_when, _failed, _partial) = (EventCondition.ParseAll(rule.When, paths),
            EventCondition.ParseAll(rule.Failed, paths), EventCondition.ParseAll(rule.Partial, paths));
        _each = _when.FirstOrDefault(condition => condition.PerElement)?.Path;
        _sessionId = Find(sessionId);
        (_text, _model, _tool, _callId) = (Find(rule.Text), Find(rule.Model), Find(rule.Tool), Find(rule.CallId));
        (_status, _reason, _deniedTools) = (Find(rule.Status), Find(rule.Reason), Find(rule.DeniedTools));
        (_input, _output) = (Find(rule.InputTokens), Find(rule.OutputTokens));
        (_cacheRead, _cacheWrite, _cost) = (Find(rule.CacheReadTokens), Find(rule.CacheWriteTokens), Find(rule.CostUsd));

        int? Find(string? path) => path is null ? null : paths.Add(path);
    }

    public AgentEventKind Kind { get; }

    public void Read(LineFields line, AgentEventOrigin origin, Action<RawAgentEvent> sink)
    {
        if (_each is not { } each)
        {
            if (All(_when, line, element: -1)) sink(new RawAgentEvent(this, line, origin, element: -1));
            return;
        }

        var last = -1;
        for (var at = line.First(each); at >= 0; at = line.Values[at].Next)
        {
            if (line.Values[at].Element == last) continue;
            last = line.Values[at].Element;
            if (All(_when, line, last)) sink(new RawAgentEvent(this, line, origin, last));
        }
    }

    public bool IsOfSession(LineFields line, string session) => line.Is(_sessionId, session);

    public string? SessionId(LineFields line) => line.Text(_sessionId, element: -1);

    public string? Text(LineFields line, int element) => line.Text(_text, element);

    public void WriteText(LineFields line, int element, IBufferWriter<char> text) => line.WriteText(_text, element, text);

    public bool Partial(LineFields line, int element) => _partial.Length > 0 && All(_partial, line, element);

    public AgentUsage? Usage(LineFields line) => Kind == AgentEventKind.Usage ? ReadUsage(line) : null;

    public AgentEvent ToEvent(LineFields line, AgentEventOrigin origin, int element) => new(Kind)
    {
        Offset = origin.Offset,
        Shortened = origin.Shortened,
        Unterminated = origin.Unterminated,
        SessionId = SessionId(line),
        Text = Text(line, element),
        Model = line.Text(_model, element),
        Tool = line.Text(_tool, element),
        CallId = line.Text(_callId, element),
        Status = line.Status(_status),
        Reason = line.Text(_reason, element),
        DeniedTools = line.Text(_deniedTools, element),
        Failed = _failed.Length > 0 && All(_failed, line, element),
        Partial = Partial(line, element),
        Usage = Usage(line),
    };

    private AgentUsage ReadUsage(LineFields line) => new()
    {
        InputTokens = line.Number(_input),
        OutputTokens = line.Number(_output),
        CacheReadTokens = line.Number(_cacheRead),
        CacheWriteTokens = line.Number(_cacheWrite),
        CostUsd = line.Decimal(_cost),
    };

    private static bool All(EventCondition[] conditions, LineFields line, int element)
    {
        foreach (var condition in conditions)
        {
            if (!condition.Holds(line, element)) return false;
        }

        return true;
    }
}

/// <summary>Where in the stream a line stood, and whether it is whole.</summary>
internal readonly record struct AgentEventOrigin(long Offset, bool Shortened, bool Unterminated);
