using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>A rule with its paths looked up.</summary>
internal sealed class CompiledRule
{
    private readonly AgentEventKind _kind;
    private readonly EventCondition[] _when;
    private readonly EventCondition[] _failed;
    private readonly EventCondition[] _partial;
    private readonly int? _each;
    private readonly int? _sessionId;
    private readonly int? _text, _model, _tool, _callId, _status, _reason, _deniedTools;
    private readonly int? _input, _output, _cacheRead, _cacheWrite, _cost;

    public CompiledRule(EventRule rule, string? sessionId, FieldPaths paths)
    {
        _kind = rule.Kind;
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

    public void Read(LineFields line, AgentEventOrigin origin, Action<AgentEvent> sink)
    {
        if (_each is null)
        {
            if (All(_when, line, element: -1)) sink(ToEvent(line, origin, element: -1));
            return;
        }

        var last = -1;
        foreach (var value in line.Values)
        {
            if (value.Path != _each || value.Element == last) continue;
            last = value.Element;
            if (All(_when, line, last)) sink(ToEvent(line, origin, last));
        }
    }

    private AgentEvent ToEvent(LineFields line, AgentEventOrigin origin, int element) => new(_kind)
    {
        Offset = origin.Offset,
        Shortened = origin.Shortened,
        Unterminated = origin.Unterminated,
        SessionId = line.Text(_sessionId, element: -1),
        Text = line.Text(_text, element),
        Model = line.Text(_model, element),
        Tool = line.Text(_tool, element),
        CallId = line.Text(_callId, element),
        Status = line.Status(_status),
        Reason = line.Text(_reason, element),
        DeniedTools = line.Text(_deniedTools, element),
        Failed = _failed.Length > 0 && All(_failed, line, element),
        Partial = _partial.Length > 0 && All(_partial, line, element),
        Usage = _kind == AgentEventKind.Usage ? ReadUsage(line) : null,
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
