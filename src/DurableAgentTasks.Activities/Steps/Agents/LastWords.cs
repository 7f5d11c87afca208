using System.Text;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>What an agent said last: its final event's text, else its messages since it last used a tool.</summary>
internal sealed class LastWords
{
    private const int MostCharacters = 1024 * 1024;

    private readonly StringBuilder _messages = new();
    private string? _final;

    public string? Text => !string.IsNullOrWhiteSpace(_final) ? _final : _messages.Length > 0 ? _messages.ToString() : null;

    public void Add(RawAgentEvent said)
    {
        switch (said.Kind)
        {
            case AgentEventKind.Message when said.Text is { } text && _messages.Length + text.Length <= MostCharacters:
                if (_messages.Length > 0 && !said.Partial) _messages.Append('\n');
                _messages.Append(text);
                break;
            case AgentEventKind.ToolCall or AgentEventKind.ToolResult:
                _messages.Clear();
                break;
            case AgentEventKind.Finished:
                _final = said.Text;
                break;
        }
    }
}
