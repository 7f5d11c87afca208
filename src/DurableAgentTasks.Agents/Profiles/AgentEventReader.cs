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
    private readonly CompiledRule[] _rules;
    private readonly AgentEventKind _plainLines;
    private readonly Action<RawAgentEvent> _sink;

    /// <param name="profile">How the agent's lines are read.</param>
    /// <param name="offset">Where in the stream the first chunk begins: 0, or <see cref="LineStart"/> of an earlier life.</param>
    /// <param name="sink">Takes each event; what it wants to keep of one it takes out at once.</param>
    /// <exception cref="FormatException">A condition of the profile is not well formed.</exception>
    public AgentEventReader(AgentProfile profile, long offset, Action<RawAgentEvent> sink)
    {
        var paths = new FieldPaths();
        _lines = new LineSplitter(LongestLine, offset);
        _rules = [.. profile.Events.Select(rule => new CompiledRule(rule, profile.SessionId, paths))];
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
        var origin = new AgentEventOrigin(line.Offset, line.IsShortened, !line.Terminated);
        var json = clean;
        if (_rules.Length > 0 && LineText.IsObject(ref json))
        {
            if (_fields.TryRead(json, line.IsShortened))
            {
                var fields = new LineFields(json, _fields);
                foreach (var rule in _rules) rule.Read(fields, origin, _sink);
                return;
            }

            if (!line.Terminated) BrokenTail = Encoding.UTF8.GetString(json[..Math.Min(json.Length, 200)]);
        }

        _sink(new RawAgentEvent(_plainLines, clean, origin));
    }
}
