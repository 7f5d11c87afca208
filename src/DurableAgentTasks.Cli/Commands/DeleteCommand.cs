using System.CommandLine;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli.Commands;

internal static class DeleteCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        return host.Run(new Command("delete", "Stop a task if it runs, and delete all that is kept of it.") { id, yes }, async (session, parse, cancellationToken) =>
        {
            var task = parse.GetRequiredValue(id);
            if (!parse.GetValue(yes) && !Confirm(session, task)) return ExitCode.Failed;
            var answer = await session.Api.DeleteAsync(TaskApiClient.PathOf(task), cancellationToken);
            OperatorRequest.Print(session, answer, $"Task {task} is deleted.");
            return ExitCode.Done;
        });
    }

    private static bool Confirm(Session session, string task)
    {
        if (Console.IsInputRedirected) throw new CommandFailedException(ExitCode.Usage, "Nobody is there to ask: say --yes to delete.");
        session.Say($"Delete task {task} with its log and its checkpoints? [y/N]");
        return Console.ReadLine() is "y" or "Y" or "yes";
    }
}
