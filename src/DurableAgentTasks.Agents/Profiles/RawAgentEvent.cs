using System.Buffers;
using System.Text;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>
/// An event as it stands in its line, valid while the sink runs. Most of what agents print nobody asks for; so a field is decoded when it
/// is asked for, and each time anew.
/// </summary>
public readonly ref struct RawAgentEvent
{
    private readonly CompiledRule? _rule;
    private readonly LineFields _line;
    private readonly ReadOnlySpan<byte> _plain;
    private readonly AgentEventOrigin _origin;
    private readonly int _element;

    internal RawAgentEvent(CompiledRule rule, LineFields line, AgentEventOrigin origin, int element)
    {
        Kind = rule.Kind;
        _rule = rule;
        _line = line;
        _origin = origin;
        _element = element;
    }

    /// <summary>A line that is no event of the CLI.</summary>
    internal RawAgentEvent(AgentEventKind kind, ReadOnlySpan<byte> plain, AgentEventOrigin origin)
    {
        Kind = kind;
        _plain = plain;
        _origin = origin;
    }

    public AgentEventKind Kind { get; }

    /// <inheritdoc cref="AgentEvent.SessionId"/>
    public string? SessionId => _rule?.SessionId(_line);

    /// <inheritdoc cref="AgentEvent.Text"/>
    public string? Text => _rule is null ? Encoding.UTF8.GetString(_plain) : _rule.Text(_line, _element);

    /// <summary>The line it is told by has so many bytes; no text of it is longer.</summary>
    public int LineBytes => _rule is null ? _plain.Length : _line.Json.Length;

    /// <inheritdoc cref="AgentEvent.Partial"/>
    public bool Partial => _rule?.Partial(_line, _element) ?? false;

    /// <inheritdoc cref="AgentEvent.Usage"/>
    public AgentUsage? Usage => _rule?.Usage(_line);

    /// <summary>Writes what <see cref="Text"/> gives, without a string.</summary>
    public void WriteText(IBufferWriter<char> text)
    {
        if (_rule is null) Encoding.UTF8.GetChars(_plain, text);
        else _rule.WriteText(_line, _element, text);
    }

    /// <summary>Whether it is certain, without decoding, that <see cref="SessionId"/> is this one.</summary>
    public bool IsOfSession(string? session) => session is not null && _rule is not null && _rule.IsOfSession(_line, session);

    /// <summary>All of it, to keep.</summary>
    public AgentEvent ToEvent() => _rule?.ToEvent(_line, _origin, _element) ?? new AgentEvent(Kind)
    {
        Text = Text,
        Offset = _origin.Offset,
        Shortened = _origin.Shortened,
        Unterminated = _origin.Unterminated,
    };
}
