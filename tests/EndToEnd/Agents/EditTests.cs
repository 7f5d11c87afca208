using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>What an agent does, and what is told of it.</summary>
public sealed class EditTests : FakeAgentTests
{
    [Fact(Timeout = Patience)]
    public async Task An_agent_edits_a_file_in_a_repository_and_all_it_did_is_told()
    {
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, TaskOf("edit", "change it SCN=edit FILE=notes"), Cancellation);
        var status = await CompletedAsync(host, "edit");

        var session = Assert.Single(Invocations()).Session;
        Assert.Equal($"edited in session {session}\n", await File.ReadAllTextAsync(Path.Combine(Repository.Path, "notes"), Cancellation));
        Assert.Equal("?? notes", (await Repository.GitAsync("status", "--porcelain")).Trim());
        Assert.True(status.GetProperty("usage").GetProperty("inputTokens").GetInt64() > 0, $"{status}");
        Assert.True(status.GetProperty("usage").GetProperty("outputTokens").GetInt64() > 0, $"{status}");
        Assert.True(status.GetProperty("usage").GetProperty("costUsd").GetDecimal() > 0, $"{status}");
        Assert.Equal(1, TaskApi.FirstStep(status).GetProperty("attempts").GetInt32());
        Assert.Equal(session, TaskApi.FirstStep(status).GetProperty("sessionId").GetString());
        Assert.Equal("7.8.9", TaskApi.FirstStep(status).GetProperty("agentVersion").GetString());
        Assert.Equal($"{status.GetProperty("usage")}", $"{TaskApi.FirstStep(status).GetProperty("usage")}");
        Assert.StartsWith("Edited README.md: alpha -> beta.", TaskApi.FirstStep(status).GetProperty("message").GetString(), StringComparison.Ordinal);

        var log = await TaskApi.LogAsync(host.Http, "edit", Cancellation);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), log.Select(line => line.Seq));
        Assert.Equal(Recorded("edit", session), log.Where(line => line.Stream == "stdout").Select(line => line.Text));

        var timeline = await TaskApi.TimelineAsync(host.Http, "edit", Cancellation);
        Assert.Equal(
            ["planning", "executing", "checkpointing", "executing", "completing", "completed"],
            timeline.Where(entry => entry.GetProperty("type").GetString() == "transition").Select(entry => entry.GetProperty("to").GetString()));
        var ended = timeline.Single(entry => entry.GetProperty("trigger").GetString() == "step_completed").GetProperty("data").GetProperty("agent");
        Assert.Equal(session, ended.GetProperty("sessionId").GetString());
        Assert.Equal("7.8.9", ended.GetProperty("version").GetString());
    }
}
