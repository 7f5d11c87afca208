using System.CommandLine;
using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Cli.Output;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Commands;

internal static class ShowCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        return host.Run(new Command("show", "Show where a task stands: its plan, progress and result.") { id }, async (session, parse, cancellationToken) =>
        {
            var task = await session.Api.GetAsync(TaskApiClient.PathOf(parse.GetRequiredValue(id)), cancellationToken);
            if (session.Json) session.WriteJson(task);
            else session.Write(TaskSheet.Of(task.Deserialize<TaskView>(TaskJson.Options)!));
            return ExitCode.Done;
        });
    }
}
