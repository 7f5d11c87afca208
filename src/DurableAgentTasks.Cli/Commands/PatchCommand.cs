using System.CommandLine;
using DurableAgentTasks.Cli.Api;

namespace DurableAgentTasks.Cli.Commands;

internal static class PatchCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        var output = Download.Output("Default: print it.");
        return host.Run(new Command("patch", "Show what a task that has completed changed in all, as a patch that git apply takes.") { id, output }, (session, parse, cancellationToken) =>
            Download.RunAsync(session, $"{TaskApiClient.PathOf(parse.GetRequiredValue(id))}/result.patch", parse.GetValue(output), cancellationToken));
    }
}
