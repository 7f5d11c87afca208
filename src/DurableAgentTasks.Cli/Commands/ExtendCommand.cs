using System.CommandLine;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Commands;

internal static class ExtendCommand
{
    public static Command Create(HostOptions host)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        var by = new Argument<TimeSpan?>("duration") { Description = "How much more time, such as 30m or 1h30m.", CustomParser = DurationText.Parse, Arity = ArgumentArity.ExactlyOne };
        var phase = new Option<bool>("--phase") { Description = "For the present phase, not for the task." };
        return host.Run(new Command("extend", "Give a task, or its present phase, more time.") { id, by, phase, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session,
            parse.GetRequiredValue(id),
            "extend",
            [("duration", Duration.Format(parse.GetRequiredValue(by)!.Value)), ("scope", parse.GetValue(phase) ? "phase" : null), ("reason", parse.GetValue(reason))],
            "is given more time",
            cancellationToken));
    }
}
