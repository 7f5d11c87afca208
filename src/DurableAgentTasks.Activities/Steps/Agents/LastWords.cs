using System.Buffers;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>What an agent said last: its final event's text, else its messages since it last used a tool.</summary>
internal sealed class LastWords
{
    private const int MostCharacters = 1024 * 1024;

    /// <summary>Kept when it is emptied, so that it grows once.</summary>
    private readonly ArrayBufferWriter<char> _messages = new();

    private string? _final;

    public string? Text => !string.IsNullOrWhiteSpace(_final) ? _final : _messages.WrittenCount > 0 ? new string(_messages.WrittenSpan) : null;

    public void Add(RawAgentEvent said)
    {
        switch (said.Kind)
        {
            case AgentEventKind.Message when _messages.WrittenCount + said.LineBytes <= MostCharacters:
                if (_messages.WrittenCount > 0 && !said.Partial) _messages.Write("\n");
                said.WriteText(_messages);
                break;
            case AgentEventKind.ToolCall or AgentEventKind.ToolResult:
                _messages.ResetWrittenCount();
                break;
            case AgentEventKind.Finished:
                _final = said.Text;
                break;
        }
    }
}
