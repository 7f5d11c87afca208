using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

internal static class PauseCommand
{
    public static Command Create(HostOptions host)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        var mode = new Option<string?>("--mode", "-m")
        {
            Description = "drain: after the step that runs; stop: now; freeze: hold it for a short break.", HelpName = "mode",
        };
        mode.AcceptOnlyFromAmong("drain", "stop", "freeze");
        return host.Run(new Command("pause", "Pause a task.") { id, mode, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), "pause", [("mode", parse.GetValue(mode)), ("reason", parse.GetValue(reason))], "is being paused", cancellationToken));
    }
}
