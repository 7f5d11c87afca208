using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

internal static class ResumeCommand
{
    public static Command Create(HostOptions host)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        var checkpoint = new Option<string?>("--checkpoint") { Description = "Restore this checkpoint first. Default: go on with the tree as it is.", HelpName = "id" };
        return host.Run(new Command("resume", "Resume a task that is paused or failed.") { id, checkpoint, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), "resume", [("checkpointId", parse.GetValue(checkpoint)), ("reason", parse.GetValue(reason))], "is being resumed", cancellationToken));
    }
}
