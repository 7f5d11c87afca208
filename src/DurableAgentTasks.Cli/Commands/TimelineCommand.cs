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
            var items = await session.Api.GetAllAsync($"{TaskApiClient.PathOf(parse.GetRequiredValue(id))}/timeline", "items", cancellationToken);
            if (session.Json) session.WriteJson(JsonSerializer.SerializeToElement(new { items }));
            else session.Write(TimelineTable.Of(items.Select(item => item.Deserialize<TimelineEntry>(TaskJson.Options)!)));
            return ExitCode.Done;
        });
    }
}
