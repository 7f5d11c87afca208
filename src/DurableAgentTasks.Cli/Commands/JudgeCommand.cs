using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

/// <summary><c>approve</c> and <c>reject</c>.</summary>
internal static class JudgeCommand
{
    public static Command CreateApprove(HostOptions host) => Create(host, "approve", "Let the step run that waits for approval.", "goes on: the step is approved");

    public static Command CreateReject(HostOptions host) => Create(host, "reject", "Do not let the step run that waits for approval.", "has its step rejected: it fails, or goes on without the step if that is not critical");

    private static Command Create(HostOptions host, string verb, string description, string done)
    {
        var (id, reason) = (TaskArgument.Id(), TaskArgument.Reason());
        var step = new Option<string?>("--step") { Description = "The step's id, to be sure which one it is. Default: the one that waits.", HelpName = "id" };
        return host.Run(new Command(verb, description) { id, step, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session, parse.GetRequiredValue(id), verb, [("stepId", parse.GetValue(step)), ("reason", parse.GetValue(reason))], done, cancellationToken));
    }
}
