using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

internal static class CancelCommand
{
    public static Command Create(HostOptions host)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        return host.Run(new Command("cancel", "Cancel a task.") { id, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), "cancel", [("reason", parse.GetValue(reason))], "is being cancelled", cancellationToken));
    }
}
