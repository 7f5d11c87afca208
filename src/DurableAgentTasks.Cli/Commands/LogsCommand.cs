using System.CommandLine;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Cli.Output;

namespace DurableAgentTasks.Cli.Commands;

internal static class LogsCommand
{
    public static Command Create(HostOptions host)
    {
        var id = TaskArgument.Id();
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the task ends, whatever happens to the connection." };
        var after = new Option<long?>("--after") { Description = "Only lines above this number.", HelpName = "number", CustomParser = NumberText.Parser("--after", 0, long.MaxValue) };
        var tail = new Option<int?>("--tail") { Description = "Only the last lines.", HelpName = "number", CustomParser = NumberText.Parser("--tail", 1, int.MaxValue) };
        var timestamps = new Option<bool>("--timestamps", "-t") { Description = "Begin each line with its time." };
        var command = new Command("logs", "Print the log of a task; with --json a JSON document for each line.") { id, follow, after, tail, timestamps };
        command.Validators.Add(result =>
        {
            if (result.GetResult(after) is not null && result.GetResult(tail) is not null) result.AddError("--after does not go with --tail: keep one of them.");
        });
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var task = parse.GetRequiredValue(id);
            var printer = new LogPrinter(session, parse.GetValue(timestamps));
            var last = parse.GetValue(after) ?? 0;
            if (parse.GetValue(tail) is { } count) last = await PrintPageAsync(session, printer, task, new QueryText { ["tail"] = $"{count}" }, cancellationToken);
            if (parse.GetValue(follow)) await new TaskFollower(session, TimeProvider.System).FollowAsync(task, last, printer.PrintEvent, cancellationToken);
            else if (parse.GetValue(tail) is null) await PrintAllAsync(session, printer, task, last, cancellationToken);
            return ExitCode.Done;
        });
    }

    private static async Task PrintAllAsync(Session session, LogPrinter printer, string task, long after, CancellationToken cancellationToken)
    {
        for (var next = after; ; after = next)
        {
            next = await PrintPageAsync(session, printer, task, new QueryText { ["after"] = $"{after}" }, cancellationToken);
            if (next == after) return;
        }
    }

    /// <returns>The last line of the log that was looked at.</returns>
    private static async Task<long> PrintPageAsync(Session session, LogPrinter printer, string task, QueryText query, CancellationToken cancellationToken)
    {
        var page = await session.Api.GetAsync($"{TaskApiClient.PathOf(task)}/logs{query}", cancellationToken);
        foreach (var line in page.GetProperty("lines").EnumerateArray()) printer.Print(line);
        return page.GetProperty("next").GetInt64();
    }
}
