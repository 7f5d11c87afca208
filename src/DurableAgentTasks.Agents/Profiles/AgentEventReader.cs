using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Reads the standard output of an agent as events, in chunks cut at any place. Nothing in the stream makes it throw.</summary>
public sealed class AgentEventReader
{
    /// <summary>How many bytes of a line are looked at; the log keeps it whole.</summary>
    public const int LongestLine = 1024 * 1024;

    private readonly LineSplitter _lines;
    private readonly LineText _text = new();
    private readonly FieldReader _fields;
    private readonly IReadOnlyList<CompiledRule> _rules;
    private readonly int? _sessionId;
    private readonly AgentEventKind _plainLines;
    private readonly Action<AgentEvent> _sink;

    /// <param name="profile">How the agent's lines are read.</param>
    /// <param name="offset">Where in the stream the first chunk begins: 0, or <see cref="LineStart"/> of an earlier life.</param>
    /// <param name="sink">Takes each event.</param>
    /// <exception cref="FormatException">A condition of the profile is not well formed.</exception>
    public AgentEventReader(AgentProfile profile, long offset, Action<AgentEvent> sink)
    {
        var paths = new FieldPaths();
        _lines = new LineSplitter(LongestLine, offset);
        _rules = [.. profile.Events.Select(rule => new CompiledRule(rule, paths))];
        _sessionId = profile.SessionId is { } path ? paths.Add(path) : null;
        _fields = new FieldReader(paths);
        _plainLines = profile.PlainLines;
        _sink = sink;
    }

    /// <summary>Where the line begins that is not complete yet, in bytes.</summary>
    public long LineStart => _lines.LineStart;

    /// <summary>A JSON line that broke off in the middle when the stream ended: output was lost. Its first 200 bytes.</summary>
    public string? BrokenTail { get; private set; }

    public void Append(ReadOnlySpan<byte> chunk)
    {
        while (_lines.TryRead(ref chunk, out var line)) Read(line);
    }

    /// <summary>The stream has ended.</summary>
    public void Complete()
    {
        if (_lines.TryReadTail(out var line)) Read(line);
    }

    private void Read(in StreamLine line)
    {
        var clean = _text.Clean(line.Content);
        if (clean.IsEmpty) return;
        var common = new AgentEvent(_plainLines) { Offset = line.Offset, Shortened = line.IsShortened, Unterminated = !line.Terminated };
        var json = clean;
        if (_rules.Count > 0 && LineText.IsObject(ref json))
        {
            if (_fields.TryRead(json, line.IsShortened))
            {
                ReadObject(new LineFields(json, _fields.Values), common);
                return;
            }

            if (!line.Terminated) BrokenTail = Encoding.UTF8.GetString(json[..Math.Min(json.Length, 200)]);
        }

        _sink(common with { Text = Encoding.UTF8.GetString(clean) });
    }

    private void ReadObject(LineFields line, AgentEvent common)
    {
        common = common with { SessionId = line.Text(_sessionId, element: -1) };
        foreach (var rule in _rules) rule.Read(line, common, _sink);
    }
}
