using System.CommandLine;
using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Cli.Output;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>What there is to see and to have of the checkpoints of a task.</summary>
internal static class CheckpointsCommand
{
    public static Command Create(HostOptions host) => new("checkpoints", "List, show, compare, download and restore the checkpoints of a task.")
    {
        CreateList(host), CreateShow(host), CreateDiff(host), CreateBundle(host), CreateRestore(host),
    };

    private static Argument<string> Checkpoint() => new("checkpoint") { Description = "The checkpoint's id." };

    private static string PathOf(string task, string checkpoint) => $"{TaskApiClient.PathOf(task)}/checkpoints/{Uri.EscapeDataString(checkpoint)}";

    private static Command CreateList(HostOptions host)
    {
        var id = TaskArgument.Id();
        return host.Run(new Command("list", "List the checkpoints of a task, newest first.") { id }, async (session, parse, cancellationToken) =>
        {
            var (checkpoints, damaged) = (new List<JsonElement>(), new List<JsonElement>());
            string? token = null;
            do
            {
                var query = new QueryText { ["top"] = "1000", ["continuationToken"] = token };
                var page = await session.Api.GetAsync($"{TaskApiClient.PathOf(parse.GetRequiredValue(id))}/checkpoints{query}", cancellationToken);
                checkpoints.AddRange(page.GetProperty("checkpoints").EnumerateArray());
                damaged.AddRange(page.GetProperty("damaged").EnumerateArray());
                token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
            }
            while (token is not null);
            if (session.Json) session.WriteJson(JsonSerializer.SerializeToElement(new { checkpoints, damaged }));
            else if (checkpoints.Count == 0) session.Say("There are no checkpoints yet.");
            else session.Write(CheckpointTable.Of(checkpoints.Select(CheckpointRow.Read)));
            foreach (var one in damaged) session.Say($"dat: checkpoint {one.GetProperty("id").GetString()} is damaged: {one.GetProperty("reason").GetString()}");
            return ExitCode.Done;
        });
    }

    private static Command CreateShow(HostOptions host)
    {
        var (id, checkpoint) = (TaskArgument.Id(), Checkpoint());
        return host.Run(new Command("show", "Show one checkpoint: what changed, and where the task stood.") { id, checkpoint }, async (session, parse, cancellationToken) =>
        {
            var answer = await session.Api.GetAsync(PathOf(parse.GetRequiredValue(id), parse.GetRequiredValue(checkpoint)), cancellationToken);
            if (session.Json) session.WriteJson(answer);
            else session.Write(CheckpointSheet.Of(CheckpointRow.Read(answer)));
            return ExitCode.Done;
        });
    }

    private static Command CreateDiff(HostOptions host)
    {
        var (id, checkpoint) = (TaskArgument.Id(), Checkpoint());
        var from = new Option<string?>("--from") { Description = "The checkpoint since which. Default: the one before.", HelpName = "id" };
        var tree = new Option<bool>("--work-tree") { Description = "What has changed in the work tree since the checkpoint." };
        var output = Download.Output("Default: print it.");
        var command = new Command("diff", "Show what changed up to a checkpoint, as a diff that git apply takes.") { id, checkpoint, from, tree, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is not null && result.GetValue(tree)) result.AddError("--from does not go with --work-tree: keep one of them.");
        });
        return host.Run(command, async (session, parse, cancellationToken) =>
        {
            var query = new QueryText { ["from"] = parse.GetValue(from), ["to"] = parse.GetValue(tree) ? "worktree" : null };
            return await Download.RunAsync(
                session, $"{PathOf(parse.GetRequiredValue(id), parse.GetRequiredValue(checkpoint))}/diff{query}", parse.GetValue(output), cancellationToken);
        });
    }

    private static Command CreateBundle(HostOptions host)
    {
        var (id, checkpoint) = (TaskArgument.Id(), Checkpoint());
        var output = Download.Output("Default: ID-CHECKPOINT.bundle.");
        return host.Run(new Command("bundle", "Download a checkpoint as a git bundle: git fetch takes it into any repository.") { id, checkpoint, output }, (session, parse, cancellationToken) =>
        {
            var (task, which) = (parse.GetRequiredValue(id), parse.GetRequiredValue(checkpoint));
            return Download.RunAsync(session, $"{PathOf(task, which)}/bundle", parse.GetValue(output) ?? $"{task}-{which}.bundle", cancellationToken);
        });
    }

    private static Command CreateRestore(HostOptions host)
    {
        var (id, checkpoint, reason) = (TaskArgument.Id(), Checkpoint(), TaskArgument.Reason());
        const string Description = "Bring a task that is paused or failed back to a checkpoint, and let it go on. What is there now becomes a checkpoint first.";
        return host.Run(new Command("restore", Description) { id, checkpoint, reason }, (session, parse, cancellationToken) => OperatorRequest.SendAsync(
            session,
            parse.GetRequiredValue(id),
            "resume",
            [("checkpointId", parse.GetRequiredValue(checkpoint)), ("reason", parse.GetValue(reason))],
            $"is brought back to checkpoint {parse.GetRequiredValue(checkpoint)}, and goes on from there",
            cancellationToken));
    }
}
