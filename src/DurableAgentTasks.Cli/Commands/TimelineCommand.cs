using System.CommandLine;
using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Cli.Output;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Commands;

internal static class TimelineCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        return host.Run(new Command("timeline", "Show what happened to a task, oldest first.") { id }, async (session, parse, cancellationToken) =>
        {
            var items = new List<JsonElement>();
            string? token = null;
            do
            {
                var query = new QueryText { ["top"] = "1000", ["continuationToken"] = token };
                var page = await session.Api.GetAsync($"{TaskApiClient.PathOf(parse.GetRequiredValue(id))}/timeline{query}", cancellationToken);
                items.AddRange(page.GetProperty("items").EnumerateArray());
                token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
            }
            while (token is not null);
            if (session.Json) session.WriteJson(JsonSerializer.SerializeToElement(new { items }));
            else session.Write(TimelineTable.Of(items.Select(item => item.Deserialize<TimelineEntry>(TaskJson.Options)!)));
            return ExitCode.Done;
        });
    }
}
