using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

internal static class CheckpointCommand
{
    public static Command Create(HostOptions host)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        return host.Run(new Command("checkpoint", "Take a checkpoint of a task now; a step that runs goes on.") { id, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), "checkpoints", [("reason", parse.GetValue(reason))], "takes a checkpoint", cancellationToken));
    }
}
