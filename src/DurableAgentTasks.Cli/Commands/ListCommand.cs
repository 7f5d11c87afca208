using System.CommandLine;
using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Cli.Output;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Commands;

internal static class ListCommand
{
    private const int DefaultLimit = 30;
    private const int MaxPage = 1_000;

    public static Command Create(HostOptions host)
    {
        var state = new Option<string?>("--state", "-s") { Description = "Only in these states, with commas between.", HelpName = "states" };
        var agent = new Option<string?>("--agent", "-a") { Description = "Only of this agent profile.", HelpName = "name" };
        var agentId = new Option<string?>("--agent-id") { Description = "Only of this owner.", HelpName = "name" };
        var limit = new Option<int?>("--limit", "-L")
        {
            Description = $"At most so many. Default: {DefaultLimit}.", HelpName = "number", CustomParser = NumberText.Parser("--limit", 1, int.MaxValue),
        };
        var command = new Command("list", "List tasks, newest first.") { state, agent, agentId, limit };
        command.Aliases.Add("ls");
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var filter = new QueryText { ["state"] = parse.GetValue(state), ["agent"] = parse.GetValue(agent), ["agentId"] = parse.GetValue(agentId) };
            var tasks = await ReadAsync(session, filter, parse.GetValue(limit) ?? DefaultLimit, cancellationToken);
            if (session.Json) session.WriteJson(JsonSerializer.SerializeToElement(new { tasks }, TaskJson.Options));
            else if (tasks.Count == 0) session.Say("There are no such tasks.");
            else session.Write(TaskTable.Of(tasks.Select(task => task.Deserialize<TaskView>(TaskJson.Options)!), DateTimeOffset.UtcNow));
            return ExitCode.Done;
        });
    }

    private static async Task<List<JsonElement>> ReadAsync(Session session, QueryText filter, int limit, CancellationToken cancellationToken)
    {
        var tasks = new List<JsonElement>();
        string? token = null;
        do
        {
            var query = new QueryText(filter) { ["top"] = $"{Math.Min(limit - tasks.Count, MaxPage)}", ["continuationToken"] = token };
            var page = await session.Api.GetAsync($"api/tasks{query}", cancellationToken);
            tasks.AddRange(page.GetProperty("tasks").EnumerateArray());
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null && tasks.Count < limit);
        return tasks;
    }
}
