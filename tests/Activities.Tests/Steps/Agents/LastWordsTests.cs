using System.Text;
using DurableAgentTasks.Activities.Steps.Agents;
using DurableAgentTasks.Agents.Profiles;

namespace DurableAgentTasks.Activities.Tests.Steps.Agents;

public sealed class LastWordsTests
{
    private const string Tool = """{"type":"assistant","message":{"content":[{"type":"tool_use","name":"Read"}]}}""";

    [Fact]
    public void They_are_the_messages_since_a_tool_was_used() =>
        Assert.Equal("b \"ü\"\nc", Of(Message("a"), Tool, Message("b \\\"\\u00fc\\\""), Message("c")));

    [Fact]
    public void The_text_of_the_end_stands_above_them() =>
        Assert.Equal("done", Of(Message("a"), """{"type":"result","is_error":false,"result":"done"}"""));

    [Fact]
    public void Without_any_there_are_none() => Assert.Null(Of(Message("a"), Tool));

    private static string Message(string text) => $$$"""{"type":"assistant","message":{"content":[{"type":"text","text":"{{{text}}}"}]}}""";

    private static string? Of(params string[] lines)
    {
        var agent = AgentCatalog.Create(new AgentOptions { Profiles = { ["claude"] = new AgentProfileOptions() } }).Catalog!.Find("claude")!;
        var words = new LastWords();
        var reader = new AgentEventReader(agent.Profile, 0, words.Add);
        reader.Append(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        return words.Text;
    }
}
