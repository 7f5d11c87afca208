using System.Text;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Contracts.Time;

namespace DurableAgentTasks.Agents.Tests.Profiles;

/// <summary>What came out of some output of an agent.</summary>
internal sealed record Reading(IReadOnlyList<AgentEvent> Events, AgentRun Run, string? BrokenTail)
{
    /// <summary>A letter for each event.</summary>
    public string Kinds => string.Join(' ', Events.Select(read => Letters[read.Kind]));

    private static readonly Dictionary<AgentEventKind, char> Letters = new()
    {
        [AgentEventKind.Started] = 'S', [AgentEventKind.Message] = 'M', [AgentEventKind.ToolCall] = 'C', [AgentEventKind.ToolResult] = 'R',
        [AgentEventKind.Usage] = 'U', [AgentEventKind.Retrying] = 'T', [AgentEventKind.Error] = 'E', [AgentEventKind.Finished] = 'F',
        [AgentEventKind.Notice] = 'N',
    };

    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static Reading Of(AgentProfile profile, string output, AgentRequest? request = null) =>
        Of(profile, Encoding.UTF8.GetBytes(output), request);

    public static Reading Of(AgentProfile profile, byte[] output, AgentRequest? request = null)
    {
        var run = new AgentRun(profile, request ?? new AgentRequest { Prompt = "do it" }, new ManualTimeProvider(Now));
        var events = new List<AgentEvent>();
        var reader = new AgentEventReader(profile, 0, read =>
        {
            events.Add(read.ToEvent());
            run.Add(read);
        });
        reader.Append(output);
        reader.Complete();
        return new Reading(events, run, reader.BrokenTail);
    }

    public AgentVerdict Judge(int? exitCode, string standardError = "") => Run.Judge(new AgentRunEnd(exitCode, standardError, BrokenTail));
}
