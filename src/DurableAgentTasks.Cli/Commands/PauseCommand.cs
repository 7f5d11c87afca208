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
        var freeze = new Option<bool>("--freeze") { Description = "The same as --mode freeze: for at most 10 min, then it is stopped." };
        var command = new Command("pause", "Pause a task.") { id, mode, freeze, reason };
        command.Validators.Add(result =>
        {
            if (result.GetValue(freeze) && result.GetValue(mode) is not null) result.AddError("--freeze does not go with --mode: keep one of them.");
        });
        return host.Run(command, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), "pause", [("mode", parse.GetValue(freeze) ? "freeze" : parse.GetValue(mode)), ("reason", parse.GetValue(reason))], "is being paused", cancellationToken));
    }
}
