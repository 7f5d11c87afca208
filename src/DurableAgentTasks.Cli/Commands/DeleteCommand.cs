using System.CommandLine;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli.Commands;

internal static class DeleteCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        id.Arity = ArgumentArity.ZeroOrOne;
        var agentId = new Option<string?>("--agent-id") { Description = "In place of an id: all tasks of this owner.", HelpName = "name" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("delete", "Stop a task if it runs, and delete all that is kept of it.") { id, agentId, yes };
        command.Validators.Add(result =>
        {
            if (result.GetValue(id) is null == result.GetValue(agentId) is null) result.AddError("Give the id of a task, or --agent-id for all tasks of an owner.");
        });
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var (what, path) = parse.GetValue(agentId) is { } owner
                ? ($"all tasks of {owner} with their logs and their checkpoints", $"api/agents/{Uri.EscapeDataString(owner)}/tasks")
                : ($"task {parse.GetValue(id)} with its log and its checkpoints", TaskApiClient.PathOf(parse.GetValue(id)!));
            if (!parse.GetValue(yes) && !Confirm(session, what)) return ExitCode.Failed;
            var answer = await session.Api.DeleteAsync(path, cancellationToken);
            OperatorRequest.Print(session, answer, parse.GetValue(id) is { } task
                ? $"Task {task} is deleted."
                : $"Tasks deleted: {answer.GetProperty("deleted").GetArrayLength()}.");
            return ExitCode.Done;
        });
    }

    private static bool Confirm(Session session, string what)
    {
        if (Console.IsInputRedirected) throw new CommandFailedException(ExitCode.Usage, "Nobody is there to ask: say --yes to delete.");
        session.Say($"Delete {what}? [y/N]");
        return Console.ReadLine() is "y" or "Y" or "yes";
    }
}
